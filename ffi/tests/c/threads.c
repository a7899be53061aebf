/* Sixteen threads, the same handles, and one that frees them while the others go on. */

#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define THREADS 16

struct shared {
    struct person alice, bob;
    AllodAuthorizer *authorizer;
    AllodEvidence *evidence;
    AllodExecutor *executor;
    AllodSigner *device;
    const char *sent, *asked, *granted, *cid;
    AllodBytes *public_key;
    atomic_uint calls, executed, drops, signed_, next;
    atomic_bool freed;
    pthread_barrier_t barrier;
};

static int32_t handle(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    struct shared *shared = context;
    CHECK(grant != NULL && grant_len > 0);
    atomic_fetch_add(&shared->calls, 1);
    OK(allod_reply_ok(reply, S("{\"count\":3}")));
    return 0;
}

static int32_t sign(void *context, const uint8_t *message, size_t message_len, uint8_t *signature, size_t *signature_len)
{
    struct shared *shared = context;
    atomic_fetch_add(&shared->signed_, 1);
    /* The key may be freed by now: then it cannot be reached. */
    AllodError *error = allod_key_sign(shared->alice.key, message, message_len, signature);
    *signature_len = 64;
    if (error == NULL) return 0;
    CHECK(allod_error_number(error) == ALLOD_STALE_HANDLE && allod_error_free(error));
    return ALLOD_SIGN_UNAVAILABLE;
}

static void dropped(void *context)
{
    atomic_fetch_add(&((struct shared *)context)->drops, 1);
}

/* Whether it worked. It may have failed only because a handle was freed, once one was. */
static bool worked(struct shared *shared, AllodError *error, const char *what)
{
    if (error == NULL) return true;
    uint32_t number = allod_error_number(error);
    bool may_be = number == ALLOD_STALE_HANDLE || number == ALLOD_SIGNER_UNAVAILABLE;
    if (!may_be || !atomic_load(&shared->freed)) {
        fprintf(stderr, "%s: %s: %s\n", what, allod_error_name(error), allod_error_message(error));
        abort();
    }
    CHECK(allod_error_free(error));
    return false;
}

#define WORKED(call) worked(shared, (call), #call)

/* All that is done with shared handles, once. */
static void use(struct shared *shared, unsigned number)
{
    AllodToken *token = NULL;
    AllodContainer *container = NULL;
    AllodBytes *bytes = NULL;
    AllodDecision *decision = NULL;
    AllodExecution *execution = NULL;
    AllodSigner *acting = NULL;

    if (WORKED(allod_agent_grant(shared->alice.agent, S(shared->granted), NOW, &token, &container))) {
        WORKED(allod_agent_receive(shared->bob.agent, container, ALLOD_DAG_CBOR, NULL));
        OK(allod_token_verify(token, NULL, 0));
        CHECK(allod_token_free(token));
        CHECK(allod_container_free(container));
    }
    if (WORKED(allod_authorizer_decide(shared->authorizer, S(shared->sent), NULL, 0, shared->evidence, &decision))) {
        CHECK(allod_decision_is_allowed(decision));
        CHECK(allod_decision_free(decision));
    }
    if (WORKED(allod_agent_invoke(shared->bob.agent, S(shared->asked), NOW, NULL, &container))) {
        OK(allod_container_write(container, ALLOD_RAW, &bytes));
        CHECK(allod_container_free(container));
        if (WORKED(allod_executor_execute(shared->executor, allod_bytes_data(bytes), allod_bytes_len(bytes), NOW, NULL, 0, &execution))) {
            uint32_t outcome = 0;
            OK(allod_execution_outcome(execution, &outcome));
            CHECK(outcome == ALLOD_OUTCOME_EXECUTED);
            atomic_fetch_add(&shared->executed, 1);
            CHECK(allod_execution_free(execution));
        }
        CHECK(allod_bytes_free(bytes));
    }
    /* The same one from all threads: one of them executes it. */
    if (WORKED(allod_executor_execute(shared->executor, S(shared->sent), NOW, NULL, 0, &execution))) {
        uint32_t outcome = 0;
        OK(allod_execution_outcome(execution, &outcome));
        CHECK(outcome == ALLOD_OUTCOME_EXECUTED || outcome == ALLOD_OUTCOME_EXECUTED_BEFORE || outcome == ALLOD_OUTCOME_RUNNING);
        if (outcome == ALLOD_OUTCOME_EXECUTED) atomic_fetch_add(&shared->executed, 1);
        CHECK(allod_execution_free(execution));
    }
    char command[40];
    snprintf(command, sizeof command, "/thread/c%u", number);
    WORKED(allod_executor_handle(shared->executor, S(command), 0, ALLOD_DAG_JSON, handle, shared, NULL));
    if (WORKED(allod_delegation_sign(shared->device, S(shared->granted), &token))) CHECK(allod_token_free(token));
    if (WORKED(allod_signer_acting_as(shared->device, S("did:web:example.com"), &acting))) CHECK(allod_signer_free(acting));
    if (WORKED(allod_store_names(shared->alice.store, ALLOD_DAG_JSON, &bytes))) CHECK(allod_bytes_free(bytes));
    WORKED(allod_store_set_name(shared->alice.store, S(command), S(shared->bob.did)));
    if (WORKED(allod_store_delegation(shared->alice.store, S(shared->cid), &token))) CHECK(allod_token_free(token));
    (void)allod_bytes_len(shared->public_key);
}

static void *run(void *context)
{
    struct shared *shared = context;
    pthread_barrier_wait(&shared->barrier);
    for (unsigned round = 0; round < 4 && !briefly; round++) use(shared, atomic_fetch_add(&shared->next, 1));
    pthread_barrier_wait(&shared->barrier);
    /* From here on one of them frees. */
    const unsigned number = atomic_fetch_add(&shared->next, 1);
    for (unsigned round = 0; round < (briefly ? 1u : 3u); round++) use(shared, 1000 + 10 * number + round);
    return NULL;
}

static void *run_and_free(void *context)
{
    struct shared *shared = context;
    pthread_barrier_wait(&shared->barrier);
    pthread_barrier_wait(&shared->barrier);
    atomic_store(&shared->freed, true);
    for (int which = 0; which < 9; which++) {
        use(shared, 5000 + (unsigned)which);
        switch (which) {
        case 0: CHECK(allod_signer_free(shared->device)); break;
        case 1: CHECK(allod_executor_free(shared->executor)); break;
        case 2: CHECK(allod_authorizer_free(shared->authorizer)); break;
        case 3: CHECK(allod_evidence_free(shared->evidence)); break;
        case 4: CHECK(allod_agent_free(shared->alice.agent)); break;
        case 5: CHECK(allod_store_free(shared->alice.store)); break;
        case 6: CHECK(allod_agent_free(shared->bob.agent)); break;
        case 7: CHECK(allod_key_free(shared->alice.key)); break;
        default: CHECK(allod_bytes_free(shared->public_key)); break;
        }
    }
    return NULL;
}

static const char *sent_by(struct person *who, const char *asked)
{
    AllodContainer *container = NULL;
    OK(allod_agent_invoke(who->agent, S(asked), NOW, NULL, &container));
    const char *sent = written(container);
    CHECK(allod_container_free(container));
    return sent;
}

static void together(const char *path)
{
    struct shared *shared = calloc(1, sizeof *shared);
    CHECK(shared != NULL);
    shared->alice = person_new(ALLOD_ED25519, path);
    shared->bob = person_new(ALLOD_P256, NULL);
    shared->granted = text("{\"audience\":\"%s\",\"subject\":\"%s\",\"command\":\"/photos\",\"expires\":1800100000}", shared->bob.did, shared->alice.did);
    shared->asked = text("{\"subject\":\"%s\",\"command\":\"/photos/count\"}", shared->alice.did);
    AllodToken *token = NULL;
    AllodContainer *container = NULL;
    AllodBytes *cid = NULL;
    OK(allod_agent_grant(shared->alice.agent, S(shared->granted), NOW, &token, &container));
    OK(allod_agent_receive(shared->bob.agent, container, ALLOD_DAG_JSON, NULL));
    OK(allod_token_cid(token, &cid));
    shared->cid = said(cid);
    CHECK(allod_token_free(token));
    CHECK(allod_container_free(container));
    shared->sent = sent_by(&shared->bob, shared->asked);
    OK(allod_authorizer_new(S(shared->alice.did), NULL, 0, &shared->authorizer));
    OK(allod_evidence_new(S("{\"now\":1800000000,\"revoked\":[]}"), NULL, &shared->evidence));
    OK(allod_executor_new(shared->alice.signer, shared->alice.store, NULL, 0, &shared->executor));
    OK(allod_executor_handle(shared->executor, S("/photos/count"), 0, ALLOD_DAG_JSON, handle, shared, dropped));
    OK(allod_key_public(shared->alice.key, &shared->public_key));
    OK(allod_signer_new(
        ALLOD_ED25519, allod_bytes_data(shared->public_key), allod_bytes_len(shared->public_key), NULL, 0, sign, shared, dropped,
        &shared->device));

    pthread_t threads[THREADS];
    CHECK(pthread_barrier_init(&shared->barrier, NULL, THREADS) == 0);
    for (int at = 0; at < THREADS; at++) CHECK(pthread_create(&threads[at], NULL, at == 0 ? run_and_free : run, shared) == 0);
    for (int at = 0; at < THREADS; at++) CHECK(pthread_join(threads[at], NULL) == 0);
    CHECK(pthread_barrier_destroy(&shared->barrier) == 0);

    /* Each was executed once, and both contexts were given back once. */
    CHECK(atomic_load(&shared->calls) == atomic_load(&shared->executed));
    CHECK(atomic_load(&shared->executed) >= (briefly ? 1 : THREADS));
    CHECK(atomic_load(&shared->signed_) >= 1);
    CHECK(atomic_load(&shared->drops) == 2);
    CHECK(allod_store_free(shared->bob.store));
    CHECK(allod_signer_free(shared->bob.signer));
    CHECK(allod_key_free(shared->bob.key));
    CHECK(allod_signer_free(shared->alice.signer));
    free(shared);
}

/* One handle, and sixteen that free it: one of them did. */
struct prize {
    AllodStore *store;
    pthread_barrier_t barrier;
    atomic_uint won;
};

static void *compete(void *context)
{
    struct prize *prize = context;
    pthread_barrier_wait(&prize->barrier);
    if (allod_store_free(prize->store)) atomic_fetch_add(&prize->won, 1);
    return NULL;
}

static void freed_by_all(void)
{
    struct prize prize = {0};
    pthread_t threads[THREADS];
    CHECK(pthread_barrier_init(&prize.barrier, NULL, THREADS) == 0);
    for (int round = 0; round < (briefly ? 3 : 50); round++) {
        OK(allod_store_memory(&prize.store));
        atomic_store(&prize.won, 0);
        for (int at = 0; at < THREADS; at++) CHECK(pthread_create(&threads[at], NULL, compete, &prize) == 0);
        for (int at = 0; at < THREADS; at++) CHECK(pthread_join(threads[at], NULL) == 0);
        CHECK(atomic_load(&prize.won) == 1);
    }
    CHECK(pthread_barrier_destroy(&prize.barrier) == 0);
}

void threads(void)
{
    if (!briefly) together(NULL);
    together(new_path());
    freed_by_all();
}
