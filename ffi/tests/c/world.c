#include "world.h"

#include <stdlib.h>

static int32_t handler(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    struct world *world = context;
    CHECK(grant != NULL && grant_len > 0);
    world->reply = reply;
    OK(allod_reply_ok(reply, S("{\"count\":3}")));
    return 0;
}

/* PKCS#8 in PEM is its DER in base64. */
static const char *pem_of(const AllodBytes *der)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *from = allod_bytes_data(der);
    size_t len = allod_bytes_len(der);
    char line[256], *to = line;
    CHECK(len < 150);
    for (size_t at = 0; at < len; at += 3) {
        size_t left = len - at;
        uint32_t group = (uint32_t)from[at] << 16 | (left > 1 ? (uint32_t)from[at + 1] << 8 : 0) | (left > 2 ? from[at + 2] : 0);
        *to++ = letters[group >> 18];
        *to++ = letters[group >> 12 & 63];
        *to++ = left > 1 ? letters[group >> 6 & 63] : '=';
        *to++ = left > 2 ? letters[group & 63] : '=';
    }
    *to = 0;
    return text("-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", line);
}

static void delegate(struct world *world)
{
    world->asked = text(
        "{\"audience\":\"%s\",\"subject\":\"%s\",\"command\":\"/photos\",\"expires\":1800100000}", world->bob.did, world->alice.did);
    OK(allod_agent_grant(world->alice.agent, S(world->asked), NOW, &world->delegation, &world->container));
    OK(allod_agent_receive(world->bob.agent, world->container, ALLOD_DAG_JSON, NULL));
    OK(allod_token_bytes(world->delegation, &world->delegation_bytes));
    AllodBytes *cid = NULL;
    OK(allod_token_cid(world->delegation, &cid));
    world->cid = said(cid);
}

static void invoke(struct world *world)
{
    AllodContainer *container = NULL;
    const char *asked = text("{\"subject\":\"%s\",\"command\":\"/photos/count\",\"arguments\":{\"album\":\"summer\"}}", world->alice.did);
    OK(allod_agent_invoke(world->bob.agent, S(asked), NOW, &world->invocation, &container));
    world->sent = written(container);
    CHECK(allod_container_free(container));
    OK(allod_token_bytes(world->invocation, &world->invocation_bytes));
    /* Nothing else stands in the claims beside the key "task". */
    AllodBytes *claims = NULL;
    OK(allod_token_claims(world->invocation, ALLOD_DAG_JSON, &claims));
    const char *task = strstr(said(claims), "\"task\":\"");
    CHECK(task != NULL);
    task += strlen("\"task\":\"");
    world->task = text("%.*s", (int)strcspn(task, "\""), task);
}

static void execute(struct world *world)
{
    OK(allod_executor_new(world->alice.signer, world->alice.store, NULL, 0, &world->executor));
    OK(allod_executor_handle(world->executor, S("/photos/count"), 0, ALLOD_DAG_JSON, handler, world, NULL));
    OK(allod_executor_execute(world->executor, S(world->sent), NOW, NULL, 0, &world->execution));
    uint32_t outcome = 0;
    OK(allod_execution_outcome(world->execution, &outcome));
    CHECK(outcome == ALLOD_OUTCOME_EXECUTED);
}

static struct piece piece(const char *data)
{
    return (struct piece){data, strlen(data)};
}

static struct piece of_bytes(const AllodBytes *bytes)
{
    return (struct piece){allod_bytes_data(bytes), allod_bytes_len(bytes)};
}

/* Made once: walk.c asks ten thousand times. */
static void know(struct world *world)
{
    const char *did = world->alice.did, *bob = world->bob.did;
    const struct known known[] = {
        {"allod_authorizer_decide_invocation", "invocation", of_bytes(world->invocation_bytes)},
        {"allod_store_log", "query", piece("{\"most\":5}")},
        {"allod_agent_new", "options", piece("{\"tolerance\":30}")},
        {"allod_authorizer_new", "options", piece(text("{\"subjects\":[\"%s\"]}", did))},
        {"allod_executor_new", "options", piece("{\"log\":\"decisions\",\"longestInvocation\":86400}")},
        {"allod_executor_execute", "options", piece(text("{\"caller\":\"%s\"}", bob))},
        {"allod_unsigned_attach", "signature", {world->unsigned_signature, 64}},
        {NULL, "options", piece("{\"documents\":[]}")},
        {NULL, "query", piece(text("{\"to\":\"%s\"}", did))},
        {NULL, "delegation", piece(world->asked)},
        {NULL, "invocation", piece(text("{\"subject\":\"%s\",\"command\":\"/photos/count\",\"expires\":1800000100}", did))},
        {NULL, "revocation", piece(text("{\"revoke\":\"%s\",\"subject\":\"%s\"}", world->cid, did))},
        {NULL, "receipt", piece(text("{\"ran\":\"%s\",\"out\":{\"ok\":{}}}", world->task))},
        {NULL, "link", piece(text("{\"device\":\"%s\",\"asOneself\":true}", bob))},
        {NULL, "goal", piece(text("{\"subject\":\"%s\",\"command\":\"/photos/count\"}", did))},
        {NULL, "facts", piece("{\"now\":1800000000,\"revoked\":[]}")},
        {NULL, "policy", piece("[[\"==\",\".album\",\"summer\"]]")},
        {NULL, "arguments", piece("{\"album\":\"summer\"}")},
        {NULL, "value", piece("{\"one\":[1,2,3]}")},
        {NULL, "result", piece("{\"count\":3}")},
        {NULL, "reason", piece("{\"reason\":\"full\"}")},
        {NULL, "container", piece(world->sent)},
        {NULL, "token", of_bytes(world->delegation_bytes)},
        {NULL, "public_key", of_bytes(world->public_key)},
        {NULL, "message", piece("message")},
        {NULL, "signature", {world->signature, 64}},
        {NULL, "seed", of_bytes(world->seed)},
        {NULL, "der", of_bytes(world->der)},
        {NULL, "after", {NULL, 0}},
    };
    CHECK(sizeof known <= sizeof world->known);
    memcpy(world->known, known, sizeof known);
    world->known_count = sizeof known / sizeof *known;
}

void world_new(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->alice = person_new(ALLOD_ED25519, NULL);
    world->bob = person_new(ALLOD_P256, NULL);
    OK(allod_store_create(S(new_path()), &world->file));
    world->closed_path = new_path();
    AllodStore *closed = NULL;
    OK(allod_store_create(S(world->closed_path), &closed));
    CHECK(allod_store_free(closed));

    AllodBytes *bytes = NULL;
    OK(allod_key_danger_export_jwk(world->alice.key, &bytes));
    world->jwk = said(bytes);
    OK(allod_key_danger_export_seed(world->alice.key, &world->seed));
    OK(allod_key_danger_export_pkcs8(world->alice.key, &world->der));
    world->pem = pem_of(world->der);
    OK(allod_key_public(world->alice.key, &world->public_key));
    OK(allod_key_sign(world->alice.key, S("message"), world->signature));

    delegate(world);
    invoke(world);
    OK(allod_evidence_new(S("{\"now\":1800000000,\"revoked\":[]}"), NULL, &world->evidence));
    OK(allod_authorizer_new(S(world->alice.did), NULL, 0, &world->authorizer));
    OK(allod_authorizer_decide(world->authorizer, S(world->sent), NULL, 0, world->evidence, &world->decision));
    CHECK(allod_decision_is_allowed(world->decision));
    execute(world);

    OK(allod_delegation_to_sign(
        ALLOD_ED25519, allod_bytes_data(world->public_key), allod_bytes_len(world->public_key), NULL, 0, S(world->asked),
        &world->unsigned_));
    OK(allod_unsigned_bytes(world->unsigned_, &world->bytes));
    OK(allod_key_sign(world->alice.key, allod_bytes_data(world->bytes), allod_bytes_len(world->bytes), world->unsigned_signature));
    world->error = allod_cid_of(NULL, 0, NULL);
    CHECK(world->error != NULL);
    AllodBytes *named = NULL;
    OK(allod_token_cid(world->invocation, &named));
    world->named = said(named);
    know(world);
}

void world_free(struct world *world)
{
    AllodBytes *bytes[] = {world->bytes, world->delegation_bytes, world->invocation_bytes, world->der, world->seed, world->public_key};
    for (size_t at = 0; at < sizeof bytes / sizeof *bytes; at++) CHECK(allod_bytes_free(bytes[at]));
    CHECK(allod_error_free(world->error));
    CHECK(allod_execution_free(world->execution));
    CHECK(allod_executor_free(world->executor));
    CHECK(allod_decision_free(world->decision));
    CHECK(allod_authorizer_free(world->authorizer));
    CHECK(allod_evidence_free(world->evidence));
    CHECK(allod_container_free(world->container));
    CHECK(allod_unsigned_free(world->unsigned_));
    CHECK(allod_token_free(world->invocation));
    CHECK(allod_token_free(world->delegation));
    CHECK(allod_store_free(world->file));
    person_free(&world->bob);
    person_free(&world->alice);
}

static struct piece text_for(const struct world *world, const char *function, const char *parameter)
{
    static unsigned count = 0;
    static const char *const dids[] = {"did", "issuer", "executor", "by"};
    if (strcmp(function, "allod_signer_acting_as") == 0) return piece("did:web:example.com");
    for (size_t at = 0; at < sizeof dids / sizeof *dids; at++) {
        if (strcmp(parameter, dids[at]) == 0) return piece(world->alice.did);
    }
    if (strcmp(parameter, "delegation") == 0 || strcmp(parameter, "cid") == 0) return piece(world->cid);
    if (strcmp(parameter, "task") == 0) return piece(world->task);
    if (strcmp(parameter, "name") == 0) return piece("alice");
    if (strcmp(parameter, "other") == 0) return piece("/photos/count");
    if (strcmp(parameter, "jwk") == 0) return piece(world->jwk);
    if (strcmp(parameter, "pem") == 0) return piece(world->pem);
    if (strcmp(parameter, "named") == 0) return piece(world->named);
    if (strcmp(parameter, "path") == 0) {
        return piece(strcmp(function, "allod_store_open") == 0 ? world->closed_path : new_path());
    }
    if (strcmp(parameter, "command") == 0) {
        /* A command has one handler. */
        return piece(strcmp(function, "allod_executor_handle") == 0 ? text("/walk/c%u", count++) : "/photos");
    }
    fprintf(stderr, "nobody here knows a text for %s of %s\n", parameter, function);
    abort();
}

static struct piece data_for(const struct world *world, const char *function, const char *parameter)
{
    for (size_t at = 0; at < world->known_count; at++) {
        const struct known *known = &world->known[at];
        bool fits = known->function == NULL || strcmp(known->function, function) == 0;
        if (fits && strcmp(known->parameter, parameter) == 0) return known->piece;
    }
    fprintf(stderr, "nobody here knows bytes for %s of %s\n", parameter, function);
    abort();
}

struct piece piece_for(const struct world *world, const char *function, const char *parameter, bool is_text)
{
    return is_text ? text_for(world, function, parameter) : data_for(world, function, parameter);
}
