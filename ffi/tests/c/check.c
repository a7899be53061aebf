#include "check.h"

#include <stdarg.h>
#include <stdlib.h>

const char *folder = ".";
bool briefly = false;

/* Texts are kept by one thread: threads of tests have their own. */
static char **kept = NULL;
static size_t kept_count = 0;

static void failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    fflush(stderr);
    abort();
}

void check(bool condition, const char *what, const char *file, int line)
{
    if (!condition) failed(what, file, line);
}

void ok(AllodError *error, const char *what, const char *file, int line)
{
    if (error == NULL) return;
    fprintf(stderr, "%s: %s\n", allod_error_name(error), allod_error_message(error));
    failed(what, file, line);
}

void fails(AllodError *error, uint32_t number, const char *what, const char *file, int line)
{
    uint32_t found = allod_error_number(error);
    if (found != number) {
        fprintf(stderr, "expected %u, found %u, %s: %s\n", number, found, allod_error_name(error), allod_error_message(error));
        failed(what, file, line);
    }
    check(strlen(allod_error_message(error)) > 0, "an error says something", file, line);
    check(strlen(allod_error_remedy(error)) > 0, "an error says what to do", file, line);
    check(allod_error_free(error), "an error can be freed", file, line);
}

static char *keep(char *one)
{
    CHECK(one != NULL);
    char **more = realloc(kept, (kept_count + 1) * sizeof *kept);
    CHECK(more != NULL);
    kept = more;
    kept[kept_count++] = one;
    return one;
}

const char *text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(len >= 0);
    char *made = malloc((size_t)len + 1);
    CHECK(made != NULL);
    va_start(arguments, format);
    vsnprintf(made, (size_t)len + 1, format, arguments);
    va_end(arguments);
    return keep(made);
}

const char *said(AllodBytes *bytes)
{
    size_t len = allod_bytes_len(bytes);
    CHECK(allod_bytes_data(bytes) != NULL);
    CHECK(allod_bytes_data(bytes)[len] == 0);
    char *copy = malloc(len + 1);
    CHECK(copy != NULL);
    memcpy(copy, allod_bytes_data(bytes), len + 1);
    CHECK(allod_bytes_free(bytes));
    return keep(copy);
}

void texts_free(void)
{
    for (size_t at = 0; at < kept_count; at++) free(kept[at]);
    free(kept);
    kept = NULL;
    kept_count = 0;
}

const char *new_path(void)
{
    static unsigned count = 0;
    return text("%s/%u.allod", folder, count++);
}

struct person person_new(uint32_t algorithm, const char *path)
{
    struct person made = {0};
    AllodBytes *did = NULL;
    OK(allod_key_generate(algorithm, &made.key));
    OK(allod_key_did(made.key, &did));
    made.did = said(did);
    OK(allod_signer_from_key(made.key, &made.signer));
    if (path == NULL) OK(allod_store_memory(&made.store));
    else OK(allod_store_open_or_create(S(path), &made.store));
    OK(allod_agent_new(made.signer, made.store, NULL, 0, &made.agent));
    return made;
}

void person_free(struct person *person)
{
    CHECK(allod_agent_free(person->agent));
    CHECK(allod_store_free(person->store));
    CHECK(allod_signer_free(person->signer));
    CHECK(allod_key_free(person->key));
    memset(person, 0, sizeof *person);
}

const char *written(AllodContainer *container)
{
    AllodBytes *bytes = NULL;
    OK(allod_container_write(container, ALLOD_BASE64URL, &bytes));
    return said(bytes);
}
