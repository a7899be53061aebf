/* Every function that the header declares, with each of its arguments wrong in every way there is: it says so, writes nothing,
 * keeps nothing, and lives on. exports.h is made of the header, so a new function is among them. */

#include "world.h"

#include <stdlib.h>

enum kind { DATA, TEXT, LIST, LENGTH, SIZE, NUMBER, TIME, PLACE, CONTEXT, SIGN, HANDLER, DROP, RESULT, HANDLE };
enum returns { ERROR, FREED, OTHER };

union value {
    void *pointer;
    size_t size;
    uint32_t number;
    int64_t time;
    AllodSignFn sign;
    AllodHandlerFn handler;
    AllodDropFn drop;
};

struct parameter {
    enum kind kind;
    int type;
    const char *name;
};

struct export {
    const char *name;
    enum returns returns;
    AllodError *(*call)(const union value *values);
    bool (*free)(void *handle);
    const struct parameter *parameters;
    size_t count;
};

#include "exports.h"

#define MOST 12
#define EXPORTS (sizeof exports / sizeof *exports)

/* What may come of a call, besides numbers of errors. */
enum { WORKS = 0, EITHER = -1, SOME_ERROR = -2 };

/* What may be NULL, with the length 0: nothing else may, and all of these do. */
static const char *const optional[] = {
    "allod_agent_new.options",
    "allod_agent_grant.token",
    "allod_agent_grant.container",
    "allod_agent_invoke.token",
    "allod_agent_invoke.container",
    "allod_agent_revoke.token",
    "allod_agent_revoke.container",
    "allod_agent_receive.out",
    "allod_agent_link_device.is_complete",
    "allod_authorizer_new.options",
    "allod_authorizer_decide.named",
    "allod_authorizer_needs.named",
    /* Nothing is no container and no invocation, which is a denial and no error. */
    "allod_authorizer_decide.container",
    "allod_authorizer_decide_invocation.invocation",
    "allod_authorizer_needs.container",
    "allod_evidence_new.store",
    "allod_executor_new.options",
    "allod_executor_execute.options",
    "allod_executor_take_up_revocations.options",
    "allod_executor_take_up_revocations.out",
    "allod_executor_sweep.count",
    "allod_reply_ok.result",
    "allod_reply_error.reason",
    "allod_key_sign.message",
    "allod_delegation_to_sign.issuer",
    "allod_invocation_to_sign.issuer",
    "allod_revocation_to_sign.issuer",
    "allod_receipt_to_sign.issuer",
    "allod_signer_new.did",
    "allod_store_put_delegation.options",
    "allod_store_put_delegation.is_new",
    "allod_store_remove_delegation.was_there",
    "allod_store_export_revocations.after",
    "allod_store_set_name.did",
    /* A name is any text. */
    "allod_store_set_name.name",
    "allod_store_log.query",
    "allod_token_verify.options",
    "allod_cid_of.token",
};

/* Bytes that may begin as a text would, by chance. */
static const char *const random_bytes[] = {"public_key", "seed", "signature"};

/* Maps of the caller's own, in which any field may be. */
static const char *const free_form[] = {"arguments", "value", "result", "reason"};

static struct world world, dead;
static unsigned char slots[MOST][64], untouched[64];
static AllodToken *list[1];
static unsigned drops = 0;

static void drop(void *context)
{
    CHECK(context == &drops);
    drops++;
}

static int32_t sign(void *context, const uint8_t *message, size_t message_len, uint8_t *signature, size_t *signature_len)
{
    (void)context, (void)message, (void)message_len, (void)signature, (void)signature_len;
    return ALLOD_SIGN_REFUSED;
}

static int32_t handle(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    (void)context, (void)grant, (void)grant_len, (void)reply;
    return 1;
}

static void *handle_of(struct world *of, int type)
{
    switch (type) {
    case T_AllodAgent: return of->alice.agent;
    case T_AllodAuthorizer: return of->authorizer;
    case T_AllodBytes: return of->bytes;
    case T_AllodContainer: return of->container;
    case T_AllodDecision: return of->decision;
    case T_AllodError: return of->error;
    case T_AllodEvidence: return of->evidence;
    case T_AllodExecution: return of->execution;
    case T_AllodExecutor: return of->executor;
    case T_AllodKey: return of->alice.key;
    case T_AllodReply: return of->reply;
    case T_AllodSigner: return of->alice.signer;
    case T_AllodStore: return of->alice.store;
    case T_AllodToken: return of->delegation;
    case T_AllodUnsigned: return of->unsigned_;
    default: fprintf(stderr, "nobody here has a %s\n", type_names[type]); abort();
    }
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t at = 0; at < count; at++) {
        if (strcmp(names[at], name) == 0) return true;
    }
    return false;
}

static bool is_optional(const struct export *export, size_t at)
{
    char name[128];
    snprintf(name, sizeof name, "%s.%s", export->name, export->parameters[at].name);
    return is_among(optional, sizeof optional / sizeof *optional, name);
}

static void release(int type, void *result)
{
    if (result == NULL) return;
    for (size_t at = 0; at < EXPORTS; at++) {
        if (exports[at].returns == FREED && exports[at].parameters[0].type == type) {
            CHECK(exports[at].free(result));
            return;
        }
    }
    fprintf(stderr, "nothing frees a %s\n", type_names[type]);
    abort();
}

static const struct export *trying;
static const char *trying_what, *trying_name;

/* Calls it. Where that fails, nothing was written and nothing kept; where it works, what was written is freed. */
static bool try(const union value *values, int expected)
{
    size_t live = allod_live_handles();
    unsigned dropped = drops;
    memset(untouched, 0xa5, sizeof untouched);
    memset(slots, 0xa5, sizeof slots);
    AllodError *error = trying->call(values);
    int found = (int)allod_error_number(error);
    bool fits = expected == EITHER || (expected == SOME_ERROR ? found != 0 : found == expected);
    if (!fits || found == ALLOD_PANIC || found == ALLOD_UNLISTED) {
        fprintf(
            stderr, "%s, with %s as %s: expected %d, found %d, %s\n", trying->name, trying_what, trying_name, expected, found,
            allod_error_message(error));
        abort();
    }
    for (size_t at = 0; at < trying->count; at++) {
        enum kind kind = trying->parameters[at].kind;
        if (kind != RESULT && kind != PLACE) continue;
        if (error != NULL) {
            CHECK(memcmp(slots[at], untouched, sizeof untouched) == 0);
        } else if (kind == RESULT && values[at].pointer != NULL) {
            void *result;
            memcpy(&result, slots[at], sizeof result);
            release(trying->parameters[at].type, result);
        }
    }
    /* The context stays the host's when it was not taken. */
    CHECK(error == NULL || drops == dropped);
    if (error != NULL) CHECK(allod_error_free(error));
    CHECK(allod_live_handles() == live);
    return found == 0;
}

static void fill(const struct export *export, union value *values)
{
    for (size_t at = 0; at < export->count; at++) {
        const struct parameter *parameter = &export->parameters[at];
        memset(&values[at], 0, sizeof values[at]);
        switch (parameter->kind) {
        case DATA:
        case TEXT: {
            struct piece piece = piece_for(&world, export->name, parameter->name, parameter->kind == TEXT);
            memcpy(&values[at].pointer, &piece.data, sizeof piece.data);
            values[at + 1].size = piece.len;
            at++;
            break;
        }
        case LIST:
            list[0] = world.delegation;
            values[at].pointer = list;
            values[++at].size = 1;
            break;
        case LENGTH: abort();
        case SIZE: values[at].size = strcmp(parameter->name, "most") == 0 ? 10 : 0; break;
        case NUMBER: values[at].number = strcmp(parameter->name, "algorithm") == 0 ? ALLOD_ED25519 : 0; break;
        case TIME: values[at].time = strcmp(export->name, "allod_store_sweep") == 0 ? 1 : NOW; break;
        case PLACE:
        case RESULT: values[at].pointer = slots[at]; break;
        case CONTEXT: values[at].pointer = &drops; break;
        case SIGN: values[at].sign = sign; break;
        case HANDLER: values[at].handler = handle; break;
        case DROP: values[at].drop = drop; break;
        case HANDLE:
            values[at].pointer = handle_of(&world, parameter->type);
            if (strcmp(export->name, "allod_store_backup") == 0) values[at].pointer = world.file;
            break;
        }
    }
}

/* Calls it with one argument as given, and all others as they should be. */
static bool with(const struct export *export, size_t at, const char *what, union value value, int expected)
{
    union value values[MOST];
    fill(export, values);
    values[at] = value;
    trying = export;
    trying_what = what;
    trying_name = export->parameters[at].name;
    return try(values, expected);
}

/* As `with`, for bytes that are there to the last and no further. */
static bool with_bytes(const struct export *export, size_t at, const char *what, const void *data, size_t len, int expected)
{
    union value values[MOST];
    fill(export, values);
    char *exact = malloc(len + (len == 0));
    CHECK(exact != NULL);
    if (len > 0) memcpy(exact, data, len);
    values[at].pointer = exact;
    values[at + 1].size = len;
    trying = export;
    trying_what = what;
    trying_name = export->parameters[at].name;
    bool works = try(values, expected);
    free(exact);
    return works;
}

static void handles_of(const struct export *export, size_t at)
{
    const int type = export->parameters[at].type;
    const int bits = (int)sizeof(uintptr_t) * 8;
    with(export, at, "NULL", (union value){.pointer = NULL}, is_optional(export, at) ? WORKS : ALLOD_NULL_ARGUMENT);
    with(export, at, "a freed handle", (union value){.pointer = handle_of(&dead, type)}, ALLOD_STALE_HANDLE);
    for (int other = 1; other < TYPES; other++) {
        if (other == type) continue;
        with(export, at, type_names[other], (union value){.pointer = handle_of(&world, other)}, ALLOD_WRONG_HANDLE);
        with(export, at, "a freed handle of another type", (union value){.pointer = handle_of(&dead, other)}, ALLOD_WRONG_HANDLE);
    }
    const uintptr_t never[] = {
        1, 2, 3, 61, 0x1000, UINTPTR_MAX, UINTPTR_MAX - 1, (uintptr_t)&world, (uintptr_t)handle_of(&world, type) ^ 1,
        (uintptr_t)handle_of(&world, type) | (uintptr_t)1 << (bits - 2)};
    for (size_t one = 0; one < sizeof never / sizeof *never; one++) {
        union value value = {.pointer = NULL};
        memcpy(&value.pointer, &never[one], sizeof value.pointer);
        with(export, at, "a number that is no handle", value, SOME_ERROR);
    }
}

static void bytes_of(const struct export *export, size_t at)
{
    const struct parameter *parameter = &export->parameters[at];
    const bool is_text = parameter->kind == TEXT;
    union value values[MOST];
    fill(export, values);
    const char *good = values[at].pointer;
    const size_t len = values[at + 1].size;

    values[at].pointer = NULL;
    values[at + 1].size = 7;
    trying = export;
    trying_what = "NULL with a length";
    trying_name = parameter->name;
    try(values, ALLOD_NULL_ARGUMENT);
    fill(export, values);
    values[at].pointer = NULL;
    values[at + 1].size = 0;
    trying_what = "NULL";
    try(values, is_optional(export, at) ? WORKS : SOME_ERROR);
    const size_t lengths[] = {SIZE_MAX, SIZE_MAX / 2 + 1};
    for (size_t one = 0; one < 2; one++) {
        fill(export, values);
        if (values[at].pointer == NULL) values[at].pointer = &world;
        values[at + 1].size = lengths[one];
        trying_what = "a length that nothing has";
        try(values, ALLOD_BAD_ARGUMENT);
    }

    const char *const bad[] = {"\xff\xfe", "\xc0\x80", "\xed\xa0\x80", "a\x80", "\xf5\x80\x80\x80"};
    for (size_t one = 0; one < sizeof bad / sizeof *bad; one++) {
        with_bytes(export, at, "what is not UTF-8", S(bad[one]), is_text ? ALLOD_BAD_UTF8 : EITHER);
    }
    if (strcmp(parameter->name, "path") == 0) return;
    with_bytes(export, at, "a NUL", "", 1, EITHER);
    with_bytes(export, at, "nothing", "", 0, EITHER);
    size_t step = briefly ? len / 5 + 1 : len / 60 + 1;
    for (size_t shorter = 0; shorter < len; shorter += step) {
        with_bytes(export, at, "a part", good, shorter, EITHER);
        char *changed = malloc(len);
        CHECK(changed != NULL);
        memcpy(changed, good, len);
        changed[shorter] = (char)(changed[shorter] ^ 0x41);
        with_bytes(export, at, "another byte", changed, len, EITHER);
        free(changed);
    }
    if (is_text || good == NULL || (*good != '{' && *good != '[')) return;
    if (is_among(random_bytes, sizeof random_bytes / sizeof *random_bytes, parameter->name)) return;

    /* The same as DAG-CBOR. */
    AllodBytes *cbor = NULL;
    OK(allod_value_convert(good, len, ALLOD_DAG_CBOR, &cbor));
    with_bytes(export, at, "DAG-CBOR", allod_bytes_data(cbor), allod_bytes_len(cbor), WORKS);
    with_bytes(export, at, "a part of DAG-CBOR", allod_bytes_data(cbor), allod_bytes_len(cbor) - 1, SOME_ERROR);
    CHECK(allod_bytes_free(cbor));
    with_bytes(export, at, "what is not UTF-8, in JSON", S("{\"\xff\":1}"), ALLOD_BAD_UTF8);
    with_bytes(export, at, "a number", S("3"), ALLOD_BAD_ARGUMENT);
    with_bytes(export, at, "half of a map", S("{\"a\":"), SOME_ERROR);
    /* Deep enough for the stack of whoever would follow it. */
    const size_t deep = briefly ? 20000 : 200000;
    char *nested = malloc(deep);
    CHECK(nested != NULL);
    memset(nested, '[', deep);
    with_bytes(export, at, "a list in a list in a list", nested, deep, SOME_ERROR);
    memset(nested, '\x81', deep);
    with_bytes(export, at, "the same in DAG-CBOR", nested, deep, SOME_ERROR);
    free(nested);
    if (*good == '{' && !is_among(free_form, sizeof free_form / sizeof *free_form, parameter->name)) {
        with_bytes(export, at, "a field that nobody knows", S("{\"nobodyKnows\":1}"), ALLOD_UNKNOWN_FIELD);
    }
}

static void list_of(const struct export *export, size_t at)
{
    union value values[MOST];
    trying = export;
    trying_name = export->parameters[at].name;
    trying_what = "lists";
    fill(export, values);
    values[at].pointer = NULL;
    try(values, ALLOD_NULL_ARGUMENT);
    values[at].pointer = list;
    values[at + 1].size = SIZE_MAX;
    try(values, ALLOD_BAD_ARGUMENT);
    values[at + 1].size = 1;
    AllodToken *wrong[] = {NULL, dead.delegation, (AllodToken *)world.alice.key};
    const int expected[] = {ALLOD_NULL_ARGUMENT, ALLOD_STALE_HANDLE, ALLOD_WRONG_HANDLE};
    for (size_t one = 0; one < 3; one++) {
        list[0] = wrong[one];
        try(values, expected[one]);
    }
}

static void walk_one(const struct export *export)
{
    CHECK(export->count > 0 && export->count <= MOST);
    union value values[MOST];
    fill(export, values);
    trying = export;
    trying_what = "what they should be";
    trying_name = "all arguments";
    try(values, WORKS);
    for (size_t at = 0; at < export->count; at++) {
        switch (export->parameters[at].kind) {
        case HANDLE: handles_of(export, at); break;
        case DATA:
        case TEXT: bytes_of(export, at); break;
        case LIST: list_of(export, at); break;
        case LENGTH: break;
        case SIZE:
            with(export, at, "SIZE_MAX", (union value){.size = SIZE_MAX}, strcmp(export->parameters[at].name, "index") == 0 ? ALLOD_BAD_ARGUMENT : EITHER);
            break;
        case NUMBER: {
            const uint32_t none[] = {8, 4711, UINT32_MAX};
            for (size_t one = 0; one < 3; one++) with(export, at, "a number that is none", (union value){.number = none[one]}, ALLOD_BAD_ARGUMENT);
            break;
        }
        case TIME:
            with(export, at, "INT64_MAX", (union value){.time = INT64_MAX}, ALLOD_BAD_ARGUMENT);
            with(export, at, "INT64_MIN", (union value){.time = INT64_MIN}, ALLOD_BAD_ARGUMENT);
            break;
        case PLACE:
        case RESULT: with(export, at, "NULL", (union value){.pointer = NULL}, is_optional(export, at) ? WORKS : ALLOD_NULL_ARGUMENT); break;
        case SIGN:
        case HANDLER: with(export, at, "NULL", (union value){.pointer = NULL}, ALLOD_NULL_ARGUMENT); break;
        case CONTEXT: break;
        case DROP: with(export, at, "NULL", (union value){.pointer = NULL}, WORKS); break;
        }
    }
    fill(export, values);
    trying_what = "what they should be";
    try(values, WORKS);
}

static bool needs_reply(const struct export *export)
{
    return export->count > 0 && export->parameters[0].type == T_AllodReply;
}

/* Those that are for handlers, within one. */
static int32_t inside(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    (void)context, (void)grant, (void)grant_len;
    AllodReply *before = world.reply;
    world.reply = reply;
    unsigned walked = 0;
    for (size_t at = 0; at < EXPORTS; at++) {
        if (exports[at].returns == ERROR && needs_reply(&exports[at])) walk_one(&exports[at]), walked++;
    }
    CHECK(walked == 2);
    world.reply = before;
    return 0;
}

static void walk_inside(void)
{
    AllodExecutor *executor = NULL;
    AllodExecution *execution = NULL;
    AllodStore *store = NULL;
    OK(allod_store_memory(&store));
    OK(allod_executor_new(world.alice.signer, store, NULL, 0, &executor));
    OK(allod_executor_handle(executor, S("/photos/count"), 0, ALLOD_DAG_JSON, inside, NULL, NULL));
    OK(allod_executor_execute(executor, S(world.sent), NOW, NULL, 0, &execution));
    uint32_t outcome = 0;
    OK(allod_execution_outcome(execution, &outcome));
    CHECK(outcome == ALLOD_OUTCOME_EXECUTED);
    CHECK(allod_execution_free(execution));
    CHECK(allod_executor_free(executor));
    CHECK(allod_store_free(store));
}

/* Freeing: once, by the type's own function. */
static void walk_free(const struct export *export)
{
    const int type = export->parameters[0].type;
    CHECK(export->free(NULL));
    CHECK(!export->free(handle_of(&dead, type)));
    CHECK(!export->free(&world));
    size_t live = allod_live_handles();
    for (int other = 1; other < TYPES; other++) {
        if (other != type) CHECK(!export->free(handle_of(&world, other)));
    }
    CHECK(allod_live_handles() == live);
}

void walk(void)
{
    /* What says something other than whether it worked is tested in handles.c, one by one. */
    static const char *const others[] = {
        "allod_bytes_data", "allod_bytes_len", "allod_decision_is_allowed", "allod_decision_code", "allod_error_number", "allod_error_name",
        "allod_error_message", "allod_error_remedy", "allod_abi_version", "allod_version", "allod_live_handles"};
    world_new(&world);
    struct world other;
    world_new(&other);
    dead = other;
    world_free(&other);
    unsigned walked = 0;
    for (size_t at = 0; at < EXPORTS; at++) {
        const struct export *export = &exports[at];
        switch (export->returns) {
        case ERROR:
            if (!needs_reply(export)) walk_one(export);
            break;
        case FREED: walk_free(export); break;
        case OTHER: CHECK(is_among(others, sizeof others / sizeof *others, export->name)); break;
        }
        walked++;
    }
    walk_inside();
    world_free(&world);
    printf("%u functions\n", walked);
}
