/* Answers questions, one a line, as `vectors.rs` of xtask asks them: a verb, and bytes in hex behind an "x", with "-" for what is left
 * out. Each answer is a line: "ok", or "error" and its name, then what there is to say, in hex where it is bytes. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allod.h"

#define MOST 8

struct field {
    uint8_t *data;
    size_t len;
};

static struct field fields[MOST];
static size_t count;

static int digit(char letter)
{
    return letter <= '9' ? letter - '0' : letter - 'a' + 10;
}

static struct field from_hex(const char *hex)
{
    struct field field = {NULL, 0};
    if (strcmp(hex, "-") == 0) return field;
    hex++;
    field.len = strlen(hex) / 2;
    field.data = malloc(field.len + (field.len == 0));
    if (field.data == NULL) abort();
    for (size_t at = 0; at < field.len; at++) field.data[at] = (uint8_t)(digit(hex[2 * at]) << 4 | digit(hex[2 * at + 1]));
    return field;
}

static const char *text(size_t at)
{
    const void *data = fields[at].data;
    return data;
}

static uint32_t number(size_t at)
{
    return fields[at].len == 1 ? fields[at].data[0] : UINT32_MAX;
}

static void failed(AllodError *error)
{
    printf("error %s\n", allod_error_name(error));
    allod_error_free(error);
}

static void hex(const uint8_t *data, size_t len)
{
    putchar(' ');
    for (size_t at = 0; at < len; at++) printf("%02x", data[at]);
}

static void answer(AllodError *error, AllodBytes *bytes, int in_hex)
{
    if (error != NULL) {
        failed(error);
        return;
    }
    printf("ok");
    if (in_hex) hex(allod_bytes_data(bytes), allod_bytes_len(bytes));
    else printf(" %s", (const char *)allod_bytes_data(bytes));
    putchar('\n');
    allod_bytes_free(bytes);
}

/* executor, options, "container" or "invocation", bytes, facts */
static void decide(void)
{
    AllodAuthorizer *authorizer = NULL;
    AllodEvidence *evidence = NULL;
    AllodDecision *decision = NULL;
    AllodBytes *written = NULL;
    AllodError *error = allod_authorizer_new(text(0), fields[0].len, fields[1].data, fields[1].len, &authorizer);
    if (error == NULL) error = allod_evidence_new(fields[4].data, fields[4].len, NULL, &evidence);
    if (error == NULL && fields[2].data[0] == 'c') {
        error = allod_authorizer_decide(authorizer, fields[3].data, fields[3].len, NULL, 0, evidence, &decision);
    } else if (error == NULL) {
        error = allod_authorizer_decide_invocation(authorizer, fields[3].data, fields[3].len, evidence, &decision);
    }
    if (error == NULL) error = allod_decision_write(decision, ALLOD_DAG_JSON, &written);
    if (error == NULL) printf("%s %u ", allod_decision_is_allowed(decision) ? "allowed" : "denied", allod_decision_code(decision));
    answer(error, written, 0);
    allod_decision_free(decision);
    allod_evidence_free(evidence);
    allod_authorizer_free(authorizer);
}

/* bytes, encoding */
static void container(int write)
{
    AllodContainer *read = NULL;
    AllodBytes *bytes = NULL;
    AllodError *error = allod_container_read(fields[0].data, fields[0].len, &read);
    if (error == NULL && write) error = allod_container_write(read, number(1), &bytes);
    else if (error == NULL) error = allod_container_contents(read, ALLOD_DAG_JSON, &bytes);
    answer(error, bytes, write);
    allod_container_free(read);
}

/* What a key is: its DID, and its public key and seed in hex. */
static void show_key(AllodError *error, AllodKey *key)
{
    AllodBytes *did = NULL, *public_key = NULL, *seed = NULL;
    if (error == NULL) error = allod_key_did(key, &did);
    if (error == NULL) error = allod_key_public(key, &public_key);
    if (error == NULL) error = allod_key_danger_export_seed(key, &seed);
    if (error != NULL) {
        failed(error);
    } else {
        printf("ok %s", (const char *)allod_bytes_data(did));
        hex(allod_bytes_data(public_key), allod_bytes_len(public_key));
        hex(allod_bytes_data(seed), allod_bytes_len(seed));
        putchar('\n');
    }
    allod_bytes_free(did);
    allod_bytes_free(public_key);
    allod_bytes_free(seed);
    allod_key_free(key);
}

/* algorithm, seed, delegation */
static void sign(void)
{
    AllodKey *key = NULL;
    AllodSigner *signer = NULL;
    AllodToken *token = NULL;
    AllodBytes *bytes = NULL;
    AllodError *error = allod_key_from_seed(number(0), fields[1].data, fields[1].len, &key);
    if (error == NULL) error = allod_signer_from_key(key, &signer);
    if (error == NULL) error = allod_delegation_sign(signer, fields[2].data, fields[2].len, &token);
    if (error == NULL) error = allod_token_bytes(token, &bytes);
    answer(error, bytes, 1);
    allod_token_free(token);
    allod_signer_free(signer);
    allod_key_free(key);
}

/* token: what it claims; with options, once it was verified */
static void token(void)
{
    AllodToken *read = NULL;
    AllodBytes *claims = NULL;
    AllodError *error = allod_token_parse(fields[0].data, fields[0].len, &read);
    if (error == NULL && count == 2) error = allod_token_verify(read, fields[1].data, fields[1].len);
    if (error == NULL) error = allod_token_claims(read, ALLOD_DAG_JSON, &claims);
    answer(error, claims, 0);
    allod_token_free(read);
}

static int ask(const char *verb)
{
    AllodKey *key = NULL;
    AllodBytes *bytes = NULL;
    AllodError *error;
    if (strcmp(verb, "decide") == 0 && count == 5) {
        decide();
    } else if (strcmp(verb, "contents") == 0 && count == 1) {
        container(0);
    } else if (strcmp(verb, "rewrite") == 0 && count == 2) {
        container(1);
    } else if (strcmp(verb, "seed") == 0 && count == 2) {
        error = allod_key_from_seed(number(0), fields[1].data, fields[1].len, &key);
        show_key(error, key);
    } else if (strcmp(verb, "jwk") == 0 && count == 1) {
        error = allod_key_from_jwk(text(0), fields[0].len, &key);
        show_key(error, key);
    } else if (strcmp(verb, "did") == 0 && count == 2) {
        error = allod_did_of_key(number(0), fields[1].data, fields[1].len, &bytes);
        answer(error, bytes, 0);
    } else if (strcmp(verb, "document") == 0 && count == 1) {
        error = allod_did_document(text(0), fields[0].len, &bytes);
        answer(error, bytes, 0);
    } else if (strcmp(verb, "policy") == 0 && count == 2) {
        error = allod_policy_evaluate(fields[0].data, fields[0].len, fields[1].data, fields[1].len, ALLOD_DAG_JSON, &bytes);
        answer(error, bytes, 0);
    } else if (strcmp(verb, "cid") == 0 && count == 1) {
        error = allod_cid_of(fields[0].data, fields[0].len, &bytes);
        answer(error, bytes, 0);
    } else if (strcmp(verb, "read-cid") == 0 && count == 1) {
        error = allod_cid_read(text(0), fields[0].len, &bytes);
        answer(error, bytes, 0);
    } else if (strcmp(verb, "value") == 0 && count == 2) {
        error = allod_value_convert(fields[0].data, fields[0].len, number(1), &bytes);
        answer(error, bytes, 1);
    } else if (strcmp(verb, "sign") == 0 && count == 3) {
        sign();
    } else if (strcmp(verb, "token") == 0 && (count == 1 || count == 2)) {
        token();
    } else {
        return 0;
    }
    return 1;
}

int main(void)
{
    static char line[8 * 1024 * 1024];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *verb = strtok(line, " \n");
        if (verb == NULL) continue;
        count = 0;
        for (char *field = strtok(NULL, " \n"); field != NULL && count < MOST; field = strtok(NULL, " \n")) {
            fields[count++] = from_hex(field);
        }
        if (!ask(verb)) {
            fprintf(stderr, "what is %s with %zu fields?\n", verb, count);
            return 2;
        }
        fflush(stdout);
        for (size_t at = 0; at < count; at++) free(fields[at].data);
    }
    if (allod_live_handles() != 0) {
        fprintf(stderr, "%zu handles are left\n", allod_live_handles());
        return 3;
    }
    return 0;
}
