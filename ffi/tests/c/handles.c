/* What walk.c does not reach: functions that say something other than whether they worked, lengths, and paths. */

#include "check.h"

#include <stdlib.h>

static void errors(void)
{
    AllodKey *key = NULL;
    CHECK(allod_error_number(NULL) == ALLOD_OK);
    CHECK(strcmp(allod_error_name(NULL), "") == 0);
    CHECK(strcmp(allod_error_message(NULL), "") == 0);
    CHECK(strcmp(allod_error_remedy(NULL), "") == 0);
    CHECK(allod_error_free(NULL));

    AllodError *error = allod_key_generate(4711, &key);
    CHECK(error != NULL && key == NULL);
    CHECK(allod_error_number(error) == ALLOD_BAD_ARGUMENT);
    CHECK(strcmp(allod_error_name(error), "bad-argument") == 0);
    CHECK(strstr(allod_error_message(error), "algorithm") != NULL);
    CHECK(strlen(allod_error_remedy(error)) > 0);
    /* An error is no key, and a key no error. */
    FAILS(allod_key_sign((AllodKey *)error, S("message"), (uint8_t[64]){0}), ALLOD_WRONG_HANDLE);
    CHECK(!allod_key_free((AllodKey *)error));
    CHECK(allod_error_free(error));
    CHECK(!allod_error_free(error));
    CHECK(allod_error_number(error) == ALLOD_STALE_HANDLE);
    CHECK(strcmp(allod_error_name(error), "stale-handle") == 0);
    CHECK(strcmp(allod_error_message(error), "") == 0);
    CHECK(strcmp(allod_error_remedy(error), "") == 0);
}

static void bytes(void)
{
    AllodBytes *made = NULL;
    CHECK(allod_bytes_data(NULL) == NULL && allod_bytes_len(NULL) == 0);
    CHECK(allod_bytes_free(NULL));
    OK(allod_value_convert(S("{\"a\":1}"), ALLOD_DAG_JSON, &made));
    CHECK(allod_bytes_len(made) == 7);
    CHECK(strcmp((const char *)allod_bytes_data(made), "{\"a\":1}") == 0);
    AllodKey *key = NULL;
    OK(allod_key_generate(ALLOD_ED25519, &key));
    CHECK(allod_bytes_data((AllodBytes *)key) == NULL && allod_bytes_len((AllodBytes *)key) == 0);
    CHECK(!allod_bytes_free((AllodBytes *)key));
    CHECK(allod_key_free(key));
    CHECK(allod_bytes_free(made));
    CHECK(!allod_bytes_free(made));
    CHECK(allod_bytes_data(made) == NULL && allod_bytes_len(made) == 0);
}

/* Whatever is not a decision that allows does not allow. */
static void decisions(void)
{
    struct person alice = person_new(ALLOD_ED25519, NULL);
    AllodAuthorizer *authorizer = NULL;
    AllodEvidence *evidence = NULL;
    AllodDecision *decision = NULL;
    AllodContainer *container = NULL;
    OK(allod_authorizer_new(S(alice.did), NULL, 0, &authorizer));
    OK(allod_evidence_new(S("{\"now\":1800000000,\"revoked\":[]}"), NULL, &evidence));
    OK(allod_agent_invoke(alice.agent, S(text("{\"subject\":\"%s\",\"command\":\"/a\"}", alice.did)), NOW, NULL, &container));
    OK(allod_authorizer_decide(authorizer, S(written(container)), NULL, 0, evidence, &decision));
    CHECK(allod_decision_is_allowed(decision) && allod_decision_code(decision) == ALLOD_OK);
    CHECK(!allod_decision_is_allowed(NULL) && allod_decision_code(NULL) == ALLOD_NULL_ARGUMENT);
    CHECK(allod_decision_code((AllodDecision *)evidence) == ALLOD_WRONG_HANDLE);
    CHECK(!allod_decision_is_allowed((AllodDecision *)evidence));
    CHECK(!allod_decision_is_allowed((AllodDecision *)(uintptr_t)1));
    CHECK(allod_decision_free(decision));
    CHECK(!allod_decision_is_allowed(decision) && allod_decision_code(decision) == ALLOD_STALE_HANDLE);
    OK(allod_authorizer_decide(authorizer, S("no container"), NULL, 0, evidence, &decision));
    CHECK(!allod_decision_is_allowed(decision));
    CHECK(allod_decision_code(decision) == ALLOD_MALFORMED);
    AllodBytes *arguments = NULL;
    FAILS(allod_decision_arguments(decision, ALLOD_DAG_JSON, &arguments), ALLOD_BAD_ARGUMENT);
    CHECK(arguments == NULL);
    CHECK(allod_decision_free(decision));
    CHECK(allod_container_free(container));
    CHECK(allod_evidence_free(evidence));
    CHECK(allod_authorizer_free(authorizer));
    person_free(&alice);
}

static void lengths(void)
{
    uint8_t room[70] = {1};
    AllodKey *key = NULL;
    AllodBytes *did = NULL, *public_key = NULL;
    AllodSigner *signer = NULL;
    FAILS(allod_key_from_seed(ALLOD_ED25519, room, 31, &key), ALLOD_BAD_ARGUMENT);
    FAILS(allod_key_from_seed(ALLOD_ED25519, room, 33, &key), ALLOD_BAD_ARGUMENT);
    /* Zero and what is above the order are no keys of ECDSA. */
    FAILS(allod_key_from_seed(ALLOD_P256, (uint8_t[32]){0}, 32, &key), ALLOD_MALFORMED);
    memset(room, 0xff, sizeof room);
    FAILS(allod_key_from_seed(ALLOD_SECP256K1, room, 32, &key), ALLOD_MALFORMED);
    CHECK(key == NULL);
    const size_t wrong[] = {0, 1, 31, 34, 64, 66, 70};
    for (uint32_t algorithm = ALLOD_ED25519; algorithm <= ALLOD_SECP256K1; algorithm++) {
        for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
            FAILS(allod_did_of_key(algorithm, room, wrong[at], &did), ALLOD_MALFORMED);
            FAILS(allod_signer_new(algorithm, room, wrong[at], NULL, 0, NULL, NULL, NULL, &signer), ALLOD_MALFORMED);
        }
        OK(allod_key_generate(algorithm, &key));
        OK(allod_key_public(key, &public_key));
        const uint8_t *of = allod_bytes_data(public_key);
        const size_t len = allod_bytes_len(public_key);
        CHECK(len == (algorithm == ALLOD_ED25519 ? 32u : 33u));
        OK(allod_key_sign(key, S("message"), room));
        OK(allod_public_key_verify(algorithm, of, len, S("message"), room, 64));
        FAILS(allod_public_key_verify(algorithm, of, len, S("massage"), room, 64), ALLOD_BAD_SIGNATURE);
        AllodError *shorter = allod_public_key_verify(algorithm, of, len, S("message"), room, 63);
        CHECK(shorter != NULL && allod_error_free(shorter));
        AllodError *longer = allod_public_key_verify(algorithm, of, len, S("message"), room, 65);
        CHECK(longer != NULL && allod_error_free(longer));
        CHECK(allod_bytes_free(public_key));
        CHECK(allod_key_free(key));
    }
    CHECK(did == NULL && signer == NULL);
}

static void paths(void)
{
    AllodStore *store = NULL, *again = NULL;
    const char *path = new_path();
    FAILS(allod_store_open(S(path), &store), ALLOD_STORE_NOT_THERE);
    OK(allod_store_create(S(path), &store));
    FAILS(allod_store_create(S(path), &again), ALLOD_STORE_ALREADY_THERE);
    FAILS(allod_store_backup(store, S(path)), ALLOD_STORE_ALREADY_THERE);
    CHECK(again == NULL);
    /* A path ends where its length says, and not at a NUL. */
    char cut[300] = {0};
    const char *other = new_path();
    const size_t len = strlen(other);
    CHECK(len + 5 < sizeof cut);
    memcpy(cut, other, len);
    memcpy(cut + len, "\0.no", 4);
    AllodError *error = allod_store_create(cut, len + 4, &again);
    CHECK(error != NULL && allod_error_free(error));
    FAILS(allod_store_open(S(other), &again), ALLOD_STORE_NOT_THERE);
    CHECK(allod_store_free(store));

    const char *damaged = new_path();
    FILE *file = fopen(damaged, "wb");
    CHECK(file != NULL);
    for (int at = 0; at < 5000; at++) fputs("no store", file);
    CHECK(fclose(file) == 0);
    FAILS(allod_store_open(S(damaged), &store), ALLOD_STORE_DAMAGED);
}

static void versions(void)
{
    unsigned major = 0, minor = 0, patch = 0;
    CHECK(sscanf(allod_version(), "%u.%u.%u", &major, &minor, &patch) == 3);
    CHECK(allod_abi_version() == ALLOD_ABI_VERSION);
    size_t live = allod_live_handles();
    AllodStore *store = NULL;
    OK(allod_store_memory(&store));
    CHECK(allod_live_handles() == live + 1);
    CHECK(allod_store_free(store));
    CHECK(allod_live_handles() == live);
}

void handles(void)
{
    errors();
    bytes();
    decisions();
    lengths();
    paths();
    versions();
}
