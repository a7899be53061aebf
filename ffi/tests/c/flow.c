/* The whole way of a permission: given, handed on, used, taken back. */

#include "check.h"

static int32_t count(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    (void)grant, (void)grant_len;
    ++*(unsigned *)context;
    OK(allod_reply_ok(reply, S("{\"count\":3}")));
    return 0;
}

static void give(struct person *from, struct person *to, const char *subject, const char *more, AllodToken **token)
{
    AllodContainer *container = NULL, *arrived = NULL;
    const char *asked = text("{\"audience\":\"%s\",\"subject\":\"%s\",%s}", to->did, subject, more);
    OK(allod_agent_grant(from->agent, S(asked), NOW, token, &container));
    const char *sent = written(container);
    CHECK(allod_container_free(container));
    OK(allod_container_read(S(sent), &arrived));
    AllodBytes *report = NULL;
    OK(allod_agent_receive(to->agent, arrived, ALLOD_DAG_JSON, &report));
    CHECK(strstr(said(report), "\"refused\":[]") != NULL);
    CHECK(allod_container_free(arrived));
}

static const char *ask(struct person *who, const char *subject, const char *what)
{
    AllodContainer *container = NULL;
    const char *asked = text("{\"subject\":\"%s\",%s}", subject, what);
    OK(allod_agent_invoke(who->agent, S(asked), NOW, NULL, &container));
    const char *sent = written(container);
    CHECK(allod_container_free(container));
    return sent;
}

/* The code of a decision, by what that store knows of revocations. */
static uint32_t decided(const char *executor, AllodStore *store, const char *sent)
{
    AllodAuthorizer *authorizer = NULL;
    AllodEvidence *evidence = NULL;
    AllodDecision *decision = NULL;
    OK(allod_authorizer_new(S(executor), NULL, 0, &authorizer));
    OK(allod_evidence_new(S("{\"now\":1800000000}"), store, &evidence));
    OK(allod_authorizer_decide(authorizer, S(sent), NULL, 0, evidence, &decision));
    CHECK(allod_authorizer_free(authorizer));
    CHECK(allod_evidence_free(evidence));
    uint32_t code = allod_decision_code(decision);
    CHECK(allod_decision_is_allowed(decision) == (code == ALLOD_OK));
    AllodBytes *remedy = NULL;
    OK(allod_decision_remedy(decision, &remedy));
    CHECK((strlen(said(remedy)) > 0) == (code != ALLOD_OK));
    CHECK(allod_decision_free(decision));
    return code;
}

static uint32_t executed(AllodExecutor *executor, const char *sent, const char *caller)
{
    AllodExecution *execution = NULL;
    AllodToken *receipt = NULL;
    uint32_t outcome = 0, kind = 0;
    const char *options = text("{\"caller\":\"%s\"}", caller);
    OK(allod_executor_execute(executor, S(sent), NOW, S(options), &execution));
    OK(allod_execution_outcome(execution, &outcome));
    OK(allod_execution_receipt(execution, &receipt));
    CHECK((receipt != NULL) == (outcome == ALLOD_OUTCOME_EXECUTED || outcome == ALLOD_OUTCOME_EXECUTED_BEFORE));
    if (receipt != NULL) {
        OK(allod_token_kind(receipt, &kind));
        CHECK(kind == ALLOD_KIND_RECEIPT);
        OK(allod_token_verify(receipt, NULL, 0));
        CHECK(allod_token_free(receipt));
    }
    CHECK(allod_execution_free(execution));
    return outcome;
}

static void whole(bool in_files)
{
    const char *path = in_files ? new_path() : NULL;
    struct person alice = person_new(ALLOD_ED25519, path);
    struct person bob = person_new(ALLOD_P256, in_files ? new_path() : NULL);
    struct person carol = person_new(ALLOD_SECP256K1, in_files ? new_path() : NULL);
    unsigned calls = 0;
    AllodExecutor *executor = NULL;
    OK(allod_executor_new(alice.signer, alice.store, S("{\"log\":\"decisions\"}"), &executor));
    OK(allod_executor_handle(executor, S("/photos"), ALLOD_AND_BELOW, ALLOD_DAG_JSON, count, &calls, NULL));

    AllodToken *to_bob = NULL, *to_carol = NULL;
    give(&alice, &bob, alice.did, "\"command\":\"/photos\",\"expires\":1800100000", &to_bob);
    give(&bob, &carol, alice.did, "\"command\":\"/photos/count\",\"policy\":[[\"==\",\".album\",\"summer\"]],\"expires\":1800050000", &to_carol);

    const char *sent = ask(&carol, alice.did, "\"command\":\"/photos/count\",\"arguments\":{\"album\":\"summer\"}");
    CHECK(decided(alice.did, alice.store, sent) == ALLOD_OK);
    CHECK(decided(bob.did, bob.store, sent) == ALLOD_SUBJECT_NOT_SERVED || decided(bob.did, bob.store, sent) == ALLOD_WRONG_AUDIENCE);
    CHECK(executed(executor, sent, carol.did) == ALLOD_OUTCOME_EXECUTED);
    CHECK(executed(executor, sent, carol.did) == ALLOD_OUTCOME_EXECUTED_BEFORE);
    CHECK(calls == 1);

    /* More than was given is not found. */
    AllodToken *none = NULL;
    const char *other = text("{\"subject\":\"%s\",\"command\":\"/photos/count\",\"arguments\":{\"album\":\"winter\"}}", alice.did);
    FAILS(allod_agent_invoke(carol.agent, S(other), NOW, &none, NULL), ALLOD_NO_CHAIN);
    other = text("{\"subject\":\"%s\",\"command\":\"/photos/delete\"}", alice.did);
    FAILS(allod_agent_invoke(carol.agent, S(other), NOW, &none, NULL), ALLOD_NO_CHAIN);
    CHECK(none == NULL);

    /* Bob takes back what he gave; Alice hears of it by a container. */
    const char *second = ask(&carol, alice.did, "\"command\":\"/photos/count\",\"arguments\":{\"album\":\"summer\"}");
    CHECK(decided(alice.did, alice.store, second) == ALLOD_OK);
    AllodBytes *cid = NULL, *report = NULL;
    AllodContainer *revoked = NULL;
    OK(allod_token_cid(to_carol, &cid));
    const char *taken_back = said(cid);
    FAILS(allod_agent_revoke(carol.agent, S(taken_back), NOW, NULL, NULL), ALLOD_NOT_TO_REVOKE);
    OK(allod_agent_revoke(bob.agent, S(taken_back), NOW, NULL, &revoked));
    CHECK(decided(alice.did, alice.store, second) == ALLOD_OK);
    OK(allod_executor_take_up_revocations(executor, revoked, NULL, 0, ALLOD_DAG_JSON, &report));
    CHECK(strstr(said(report), "\"result\":\"new\"") != NULL);
    CHECK(allod_container_free(revoked));
    bool is_revoked = false;
    OK(allod_store_is_revoked(alice.store, S(taken_back), S(bob.did), &is_revoked));
    CHECK(is_revoked);
    CHECK(decided(alice.did, alice.store, second) == ALLOD_REVOKED);
    CHECK(executed(executor, second, carol.did) == ALLOD_OUTCOME_DENIED);
    CHECK(calls == 1);
    /* What Alice gave to Bob goes on. */
    CHECK(executed(executor, ask(&bob, alice.did, "\"command\":\"/photos/count\""), bob.did) == ALLOD_OUTCOME_EXECUTED);
    CHECK(calls == 2);

    CHECK(allod_executor_free(executor));
    if (in_files) {
        /* All of it is still known to whoever opens the file again. */
        CHECK(allod_agent_free(alice.agent));
        CHECK(allod_store_free(alice.store));
        OK(allod_store_open(S(path), &alice.store));
        OK(allod_agent_new(alice.signer, alice.store, NULL, 0, &alice.agent));
        CHECK(decided(alice.did, alice.store, second) == ALLOD_REVOKED);
        OK(allod_executor_new(alice.signer, alice.store, NULL, 0, &executor));
        OK(allod_executor_handle(executor, S("/photos"), ALLOD_AND_BELOW, ALLOD_DAG_JSON, count, &calls, NULL));
        CHECK(executed(executor, sent, carol.did) == ALLOD_OUTCOME_DENIED || calls == 2);
        CHECK(calls == 2);
        CHECK(allod_executor_free(executor));
        AllodStore *copy = NULL;
        const char *backup = new_path();
        OK(allod_store_backup(alice.store, S(backup)));
        OK(allod_store_open(S(backup), &copy));
        CHECK(decided(alice.did, copy, second) == ALLOD_REVOKED);
        CHECK(allod_store_free(copy));
    }
    CHECK(allod_token_free(to_bob));
    CHECK(allod_token_free(to_carol));
    person_free(&carol);
    person_free(&bob);
    person_free(&alice);
}

void flow(void)
{
    whole(false);
    whole(true);
}
