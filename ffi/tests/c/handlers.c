/* What executes: functions of the host, what they may do wrong, and what they may do in the middle. */

#include "check.h"

enum behaviour { GOES_WELL, GOES_ILL, SAYS_BOTH, NULL_RESULT, FAILS_AFTER_ALL, SAYS_NOTHING, SAYS_WHAT_IS_NO_VALUE, ALL_BEHAVIOURS };

struct service {
    struct person alice;
    AllodExecutor *executor;
    enum behaviour behaviour;
    unsigned calls, drops;
    void (*meanwhile)(struct service *service);
    const char *sent;
    AllodReply *reply;
    bool cbor;
};

static int32_t handle(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply)
{
    struct service *service = context;
    service->calls++;
    service->reply = reply;
    if (service->cbor) {
        /* A map. */
        CHECK(grant_len > 0 && (grant[0] & 0xe0) == 0xa0);
    } else {
        const char *said = text("%.*s", (int)grant_len, (const char *)grant);
        CHECK(strstr(said, "\"arguments\":{\"album\":\"summer\"}") != NULL);
        CHECK(strstr(said, "\"command\":\"/photos/count\"") != NULL);
    }
    if (service->meanwhile != NULL) service->meanwhile(service);
    switch (service->behaviour) {
    case GOES_WELL: OK(allod_reply_ok(reply, S("{\"count\":3}"))); return 0;
    case GOES_ILL: OK(allod_reply_error(reply, S("{\"reason\":\"full\"}"))); return 0;
    case SAYS_BOTH:
        OK(allod_reply_error(reply, NULL, 0));
        OK(allod_reply_ok(reply, S("[1]")));
        return 0;
    case NULL_RESULT: OK(allod_reply_ok(reply, NULL, 0)); return 0;
    case FAILS_AFTER_ALL: OK(allod_reply_ok(reply, S("{\"count\":3}"))); return -1;
    case SAYS_WHAT_IS_NO_VALUE: {
        AllodError *error = allod_reply_ok(reply, S("{\"count\":"));
        CHECK(error != NULL && allod_error_free(error));
        return 0;
    }
    default: return 0;
    }
}

static void dropped(void *context)
{
    struct service *service = context;
    service->drops++;
    CHECK(allod_live_handles() > 0);
}

static struct service service_new(const char *path)
{
    struct service service = {.alice = person_new(ALLOD_ED25519, path)};
    OK(allod_executor_new(service.alice.signer, service.alice.store, NULL, 0, &service.executor));
    return service;
}

static void service_free(struct service *service)
{
    CHECK(allod_executor_free(service->executor));
    person_free(&service->alice);
}

static const char *invoked(struct service *service)
{
    AllodContainer *container = NULL;
    const char *asked = text("{\"subject\":\"%s\",\"command\":\"/photos/count\",\"arguments\":{\"album\":\"summer\"}}", service->alice.did);
    OK(allod_agent_invoke(service->alice.agent, S(asked), NOW, NULL, &container));
    const char *sent = written(container);
    CHECK(allod_container_free(container));
    return sent;
}

static uint32_t executed(struct service *service, const char *sent, const char **report)
{
    AllodExecution *execution = NULL;
    AllodBytes *bytes = NULL;
    uint32_t outcome = 0;
    OK(allod_executor_execute(service->executor, S(sent), NOW, NULL, 0, &execution));
    OK(allod_execution_outcome(execution, &outcome));
    OK(allod_execution_write(execution, ALLOD_DAG_JSON, &bytes));
    *report = said(bytes);
    CHECK(allod_execution_free(execution));
    return outcome;
}

/* What it says stands in the receipt. */
static void outcomes(void)
{
    static const char *const expected[ALL_BEHAVIOURS] = {
        "\"ok\":{\"count\":3}", "\"error\":{\"reason\":\"full\"}", "\"ok\":[1]", "\"ok\":null",
        "\"error\":{\"reason\":\"handler-failed\"}", "\"error\":{\"reason\":\"no-reply\"}", "\"error\":{\"reason\":\"no-reply\"}"};
    struct service service = service_new(NULL);
    const char *report = NULL;
    CHECK(executed(&service, invoked(&service), &report) == ALLOD_OUTCOME_REFUSED);
    OK(allod_executor_handle(service.executor, S("/photos/count"), 0, ALLOD_DAG_JSON, handle, &service, dropped));
    for (service.behaviour = 0; service.behaviour < ALL_BEHAVIOURS; service.behaviour++) {
        const char *sent = invoked(&service);
        const unsigned calls = service.calls;
        CHECK(executed(&service, sent, &report) == ALLOD_OUTCOME_EXECUTED);
        CHECK(service.calls == calls + 1);
        CHECK(strstr(report, expected[service.behaviour]) != NULL);
        /* The reply is gone. */
        FAILS(allod_reply_ok(service.reply, S("{}")), ALLOD_STALE_HANDLE);
        FAILS(allod_reply_error(service.reply, NULL, 0), ALLOD_STALE_HANDLE);
        CHECK(executed(&service, sent, &report) == ALLOD_OUTCOME_EXECUTED_BEFORE);
        CHECK(service.calls == calls + 1);
    }
    CHECK(service.drops == 0);
    service_free(&service);
    CHECK(service.drops == 1);
}

/* The context is taken only by what succeeds. */
static void refused(void)
{
    struct service service = service_new(NULL);
    AllodExecutor *executor = service.executor;
    OK(allod_executor_handle(executor, S("/photos/count"), 0, ALLOD_DAG_CBOR, handle, &service, dropped));
    FAILS(allod_executor_handle(executor, S("/photos/count"), 0, 0, handle, &service, dropped), ALLOD_HANDLER_TAKEN);
    FAILS(allod_executor_handle(executor, S("/ucan/revoke"), 0, 0, handle, &service, dropped), ALLOD_HANDLER_RESERVED);
    FAILS(allod_executor_handle(executor, S("/"), 0, 0, handle, &service, dropped), ALLOD_HANDLER_TOP);
    FAILS(allod_executor_handle(executor, S("photos"), 0, 0, handle, &service, dropped), ALLOD_MALFORMED);
    FAILS(allod_executor_handle(executor, S("/other"), 8, 0, handle, &service, dropped), ALLOD_BAD_ARGUMENT);
    FAILS(allod_executor_handle(executor, S("/other"), 0, 2, handle, &service, dropped), ALLOD_BAD_ARGUMENT);
    FAILS(allod_executor_handle(executor, S("/other"), 0, 0, NULL, &service, dropped), ALLOD_NULL_ARGUMENT);
    FAILS(allod_executor_handle(NULL, S("/other"), 0, 0, handle, &service, dropped), ALLOD_NULL_ARGUMENT);
    CHECK(service.drops == 0);
    const char *report = NULL;
    service.cbor = true;
    CHECK(executed(&service, invoked(&service), &report) == ALLOD_OUTCOME_EXECUTED);
    OK(allod_executor_handle(executor, S("/all"), ALLOD_AND_BELOW | ALLOD_IDEMPOTENT | ALLOD_RECEIPTS_FOR_ANYONE, 0, handle, &service, dropped));
    service_free(&service);
    CHECK(service.drops == 2);
    FAILS(allod_executor_handle(executor, S("/late"), 0, 0, handle, &service, dropped), ALLOD_STALE_HANDLE);
    CHECK(service.drops == 2);
}

static void uses_everything(struct service *service)
{
    service->meanwhile = NULL;
    AllodBytes *bytes = NULL;
    AllodContainer *container = NULL;
    const char *report = NULL;
    AllodStore *store = service->alice.store;
    OK(allod_store_set_name(store, S("me"), S(service->alice.did)));
    OK(allod_store_sweep(store, 1, ALLOD_DAG_JSON, &bytes));
    CHECK(allod_bytes_free(bytes));
    OK(allod_store_log(store, NULL, 0, ALLOD_DAG_JSON, &bytes));
    CHECK(allod_bytes_free(bytes));
    const char *asked = text("{\"audience\":\"%s\",\"subject\":\"%s\",\"command\":\"/photos\"}", service->alice.did, service->alice.did);
    OK(allod_agent_grant(service->alice.agent, S(asked), NOW, NULL, &container));
    OK(allod_executor_take_up_revocations(service->executor, container, NULL, 0, ALLOD_DAG_JSON, NULL));
    CHECK(allod_container_free(container));
    OK(allod_executor_handle(service->executor, S("/added"), 0, ALLOD_DAG_JSON, handle, service, dropped));
    /* What is under way is not begun again; another one is, in the middle of it. */
    CHECK(executed(service, service->sent, &report) == ALLOD_OUTCOME_RUNNING);
    CHECK(executed(service, invoked(service), &report) == ALLOD_OUTCOME_EXECUTED);
}

static void frees_everything(struct service *service)
{
    service->meanwhile = NULL;
    CHECK(allod_executor_free(service->executor));
    person_free(&service->alice);
    /* It is still being used. */
    CHECK(service->drops == 0);
}

/* A handler may use the library, the executor that called it, and its store; and free them. */
static void calls_back(const char *path)
{
    struct service service = service_new(path);
    const char *report = NULL;
    OK(allod_executor_handle(service.executor, S("/photos/count"), 0, ALLOD_DAG_JSON, handle, &service, dropped));
    service.sent = invoked(&service);
    service.meanwhile = uses_everything;
    CHECK(executed(&service, service.sent, &report) == ALLOD_OUTCOME_EXECUTED);
    CHECK(service.meanwhile == NULL && service.calls == 2);
    const char *last = invoked(&service);
    service.meanwhile = frees_everything;
    CHECK(executed(&service, last, &report) == ALLOD_OUTCOME_EXECUTED);
    CHECK(strstr(report, "\"ok\":{\"count\":3}") != NULL);
    CHECK(service.calls == 3 && service.drops == 2);
}

static int32_t refuses(void *context, const uint8_t *message, size_t message_len, uint8_t *signature, size_t *signature_len)
{
    (void)context, (void)message, (void)message_len, (void)signature, (void)signature_len;
    return ALLOD_SIGN_UNAVAILABLE;
}

/* It was executed, and the receipt could not be signed: it is not executed again. */
static void no_receipt(void)
{
    struct service service = service_new(NULL);
    AllodBytes *public_key = NULL;
    AllodSigner *signer = NULL;
    OK(allod_key_public(service.alice.key, &public_key));
    OK(allod_signer_new(
        ALLOD_ED25519, allod_bytes_data(public_key), allod_bytes_len(public_key), NULL, 0, refuses, NULL, NULL, &signer));
    CHECK(allod_bytes_free(public_key));
    CHECK(allod_executor_free(service.executor));
    OK(allod_executor_new(signer, service.alice.store, NULL, 0, &service.executor));
    CHECK(allod_signer_free(signer));
    OK(allod_executor_handle(service.executor, S("/photos/count"), 0, ALLOD_DAG_JSON, handle, &service, dropped));
    AllodExecution *execution = NULL;
    const char *sent = invoked(&service);
    FAILS(allod_executor_execute(service.executor, S(sent), NOW, NULL, 0, &execution), ALLOD_RECEIPT_FAILED);
    AllodError *error = allod_executor_execute(service.executor, S(sent), NOW, NULL, 0, &execution);
    if (error != NULL) CHECK(allod_error_free(error));
    else CHECK(allod_execution_free(execution));
    CHECK(service.calls == 1);
    service_free(&service);
    CHECK(service.drops == 1);
}

void handlers(void)
{
    outcomes();
    refused();
    calls_back(NULL);
    calls_back(new_path());
    no_receipt();
}
