/* Keys that are elsewhere: functions that sign, and what they may do wrong. */

#include "check.h"
#include "ecdsa.h"

enum behaviour {
    RAW,
    HIGH_S,
    DER,
    DER_HIGH_S,
    WRONG,
    OF_ANOTHER_MESSAGE,
    REFUSED,
    UNAVAILABLE,
    BROKEN,
    TOO_LONG,
    MUCH_TOO_LONG,
    EMPTY,
    SHORT,
    NOTHING_WRITTEN,
};

struct device {
    AllodKey *key;
    uint32_t algorithm;
    enum behaviour behaviour;
    unsigned calls, drops;
    /* Done in the middle of signing, when there is something. */
    void (*meanwhile)(struct device *device);
    AllodSigner *signer;
    AllodStore *store;
};

static int32_t sign(void *context, const uint8_t *message, size_t message_len, uint8_t *signature, size_t *signature_len)
{
    struct device *device = context;
    uint8_t raw[64];
    device->calls++;
    CHECK(*signature_len == 80);
    if (device->meanwhile != NULL) device->meanwhile(device);
    if (device->behaviour == OF_ANOTHER_MESSAGE) OK(allod_key_sign(device->key, S("another"), raw));
    else OK(allod_key_sign(device->key, message, message_len, raw));
    if (device->behaviour == HIGH_S || device->behaviour == DER_HIGH_S) other_s(device->algorithm, raw);
    if (device->behaviour == WRONG) raw[40] ^= 1;
    memcpy(signature, raw, 64);
    *signature_len = 64;
    switch (device->behaviour) {
    case DER:
    case DER_HIGH_S: *signature_len = to_der(raw, signature); return 0;
    case REFUSED: return ALLOD_SIGN_REFUSED;
    case UNAVAILABLE: return ALLOD_SIGN_UNAVAILABLE;
    case BROKEN: return -7;
    case TOO_LONG: *signature_len = 81; return 0;
    case MUCH_TOO_LONG: *signature_len = SIZE_MAX; return 0;
    case EMPTY: *signature_len = 0; return 0;
    case SHORT: *signature_len = 63; return 0;
    case NOTHING_WRITTEN: memset(signature, 0, 64); return 0;
    default: return 0;
    }
}

static void dropped(void *context)
{
    struct device *device = context;
    device->drops++;
    /* It may call back: no lock is held. */
    CHECK(allod_live_handles() > 0);
}

static struct device device_new(uint32_t algorithm)
{
    struct device device = {.algorithm = algorithm};
    OK(allod_key_generate(algorithm, &device.key));
    OK(allod_store_memory(&device.store));
    return device;
}

static AllodSigner *signer_of(struct device *device)
{
    AllodBytes *public_key = NULL;
    AllodSigner *signer = NULL;
    OK(allod_key_public(device->key, &public_key));
    OK(allod_signer_new(
        device->algorithm, allod_bytes_data(public_key), allod_bytes_len(public_key), NULL, 0, sign, device, dropped, &signer));
    CHECK(allod_bytes_free(public_key));
    return signer;
}

static void device_free(struct device *device)
{
    CHECK(allod_store_free(device->store));
    CHECK(allod_key_free(device->key));
}

static const char *asked(const struct device *device)
{
    AllodBytes *did = NULL;
    OK(allod_key_did(device->key, &did));
    const char *of = said(did);
    return text(
        "{\"audience\":\"%s\",\"subject\":\"%s\",\"command\":\"/photos\",\"expires\":1800100000,"
        "\"nonce\":{\"/\":{\"bytes\":\"AAECAwQFBgcICQoL\"}}}",
        of, of);
}

static bool same(AllodToken *one, AllodToken *other)
{
    AllodBytes *first = NULL, *second = NULL;
    OK(allod_token_cid(one, &first));
    OK(allod_token_cid(other, &second));
    return strcmp(said(first), said(second)) == 0;
}

/* Whatever spelling a device has, tokens have one. */
static void spellings(uint32_t algorithm)
{
    struct device device = device_new(algorithm);
    AllodSigner *own = NULL, *signer = signer_of(&device);
    AllodToken *expected = NULL, *token = NULL;
    OK(allod_signer_from_key(device.key, &own));
    OK(allod_delegation_sign(own, S(asked(&device)), &expected));
    const enum behaviour last = algorithm == ALLOD_ED25519 ? RAW : DER_HIGH_S;
    for (device.behaviour = RAW; device.behaviour <= last; device.behaviour++) {
        OK(allod_delegation_sign(signer, S(asked(&device)), &token));
        CHECK(same(token, expected));
        OK(allod_token_verify(token, NULL, 0));
        CHECK(allod_token_free(token));
    }
    CHECK(device.calls == (unsigned)last + 1);
    CHECK(allod_token_free(expected));
    CHECK(allod_signer_free(own));
    CHECK(device.drops == 0);
    CHECK(allod_signer_free(signer));
    CHECK(device.drops == 1);
    CHECK(!allod_signer_free(signer));
    CHECK(device.drops == 1);
    device_free(&device);
}

/* A signature that was made elsewhere and brought back, in all spellings, and wrong. */
static void attached(uint32_t algorithm)
{
    struct device device = device_new(algorithm);
    AllodBytes *public_key = NULL, *message = NULL;
    AllodUnsigned *half = NULL;
    AllodToken *token = NULL, *untouched = (AllodToken *)(uintptr_t)4;
    uint8_t raw[64], der[80];
    OK(allod_key_public(device.key, &public_key));
    OK(allod_delegation_to_sign(
        algorithm, allod_bytes_data(public_key), allod_bytes_len(public_key), NULL, 0, S(asked(&device)), &half));
    OK(allod_unsigned_bytes(half, &message));
    OK(allod_key_sign(device.key, allod_bytes_data(message), allod_bytes_len(message), raw));
    for (int high = 0; high < (algorithm == ALLOD_ED25519 ? 1 : 2); high++) {
        OK(allod_unsigned_attach(half, raw, 64, &token));
        OK(allod_token_verify(token, NULL, 0));
        CHECK(allod_token_free(token));
        if (algorithm == ALLOD_ED25519) break;
        OK(allod_unsigned_attach(half, der, to_der(raw, der), &token));
        CHECK(allod_token_free(token));
        /* Something behind it is not a signature. */
        size_t len = to_der(raw, der);
        der[len] = 0;
        AllodError *error = allod_unsigned_attach(half, der, len + 1, &untouched);
        CHECK(error != NULL && allod_error_free(error));
        other_s(algorithm, raw);
    }
    raw[5] ^= 1;
    token = untouched;
    FAILS(allod_unsigned_attach(half, raw, 64, &token), ALLOD_BAD_SIGNATURE);
    AllodError *error = allod_unsigned_attach(half, raw, 63, &token);
    CHECK(error != NULL && allod_error_free(error));
    CHECK(token == untouched);
    CHECK(allod_unsigned_free(half));
    CHECK(allod_bytes_free(message));
    CHECK(allod_bytes_free(public_key));
    device_free(&device);
}

static uint32_t number_for(const struct device *device)
{
    switch (device->behaviour) {
    case WRONG:
    case OF_ANOTHER_MESSAGE: return ALLOD_BAD_SIGNATURE;
    case REFUSED: return ALLOD_SIGNING_REFUSED;
    case UNAVAILABLE: return ALLOD_SIGNER_UNAVAILABLE;
    /* 64 zeros are a signature of Ed25519, by their form, and none of ECDSA. */
    case NOTHING_WRITTEN: return device->algorithm == ALLOD_ED25519 ? ALLOD_BAD_SIGNATURE : ALLOD_SIGNING_FAILED;
    default: return ALLOD_SIGNING_FAILED;
    }
}

/* A device that does not do as it should makes no token. */
static void faults(uint32_t algorithm)
{
    struct device device = device_new(algorithm);
    AllodSigner *signer = signer_of(&device);
    AllodAgent *agent = NULL;
    AllodToken *untouched = (AllodToken *)(uintptr_t)4, *token = untouched;
    AllodContainer *container = NULL;
    OK(allod_agent_new(signer, device.store, NULL, 0, &agent));
    for (device.behaviour = WRONG; device.behaviour <= NOTHING_WRITTEN; device.behaviour++) {
        const uint32_t expected = number_for(&device);
        FAILS(allod_delegation_sign(signer, S(asked(&device)), &token), expected);
        FAILS(allod_agent_grant(agent, S(asked(&device)), NOW, &token, &container), expected);
        CHECK(token == untouched && container == NULL);
    }
    /* Nothing of that was kept. */
    AllodBytes *listed = NULL;
    OK(allod_agent_delegations(agent, NOW, ALLOD_DAG_JSON, &listed));
    const char *all = said(listed);
    CHECK(strcmp(all, "{\"held\":[],\"given\":[]}") == 0);
    device.behaviour = RAW;
    OK(allod_agent_grant(agent, S(asked(&device)), NOW, &token, NULL));
    CHECK(allod_token_free(token));
    CHECK(allod_signer_free(signer));
    CHECK(device.drops == 0);
    CHECK(allod_agent_free(agent));
    CHECK(device.drops == 1);
    device_free(&device);
}

static void uses_everything(struct device *device)
{
    AllodBytes *bytes = NULL;
    AllodAgent *agent = NULL;
    AllodStore *store = device->store;
    device->meanwhile = NULL;
    OK(allod_store_set_name(store, S("me"), NULL, 0));
    OK(allod_store_names(store, ALLOD_DAG_JSON, &bytes));
    CHECK(allod_bytes_free(bytes));
    OK(allod_store_set_synced_at(store, NOW));
    /* It signs, with itself, while it signs. */
    OK(allod_agent_new(device->signer, store, NULL, 0, &agent));
    OK(allod_agent_grant(agent, S(asked(device)), NOW, NULL, NULL));
    CHECK(allod_agent_free(agent));
}

static void frees_itself(struct device *device)
{
    device->meanwhile = NULL;
    CHECK(allod_signer_free(device->signer));
    CHECK(allod_store_free(device->store));
    CHECK(device->drops == 0);
}

/* What signs may use the library, also what is in use right now. */
static void calls_back(const char *path)
{
    struct device device = device_new(ALLOD_P256);
    if (path != NULL) {
        CHECK(allod_store_free(device.store));
        OK(allod_store_create(S(path), &device.store));
    }
    device.signer = signer_of(&device);
    AllodAgent *agent = NULL;
    AllodContainer *container = NULL;
    OK(allod_agent_new(device.signer, device.store, NULL, 0, &agent));
    device.meanwhile = uses_everything;
    OK(allod_agent_grant(agent, S(asked(&device)), NOW, NULL, &container));
    CHECK(device.meanwhile == NULL && device.calls == 2);
    CHECK(allod_container_free(container));
    device.meanwhile = uses_everything;
    AllodBytes *did = NULL;
    OK(allod_agent_did(agent, &did));
    const char *link = text("{\"device\":\"%s\",\"asOneself\":true}", said(did));
    OK(allod_agent_link_device(agent, S(link), NOW, &container, NULL));
    CHECK(allod_container_free(container));
    device.meanwhile = frees_itself;
    OK(allod_agent_grant(agent, S(asked(&device)), NOW, NULL, &container));
    CHECK(device.drops == 0);
    CHECK(allod_container_free(container));
    CHECK(allod_agent_free(agent));
    CHECK(device.drops == 1);
    CHECK(allod_key_free(device.key));
}

/* The context is taken only by what succeeds. */
static void refused(void)
{
    struct device device = device_new(ALLOD_P256), another = device_new(ALLOD_P256);
    AllodBytes *of = NULL, *did = NULL;
    AllodSigner *untouched = (AllodSigner *)(uintptr_t)4, *signer = untouched;
    OK(allod_key_public(device.key, &of));
    OK(allod_key_did(another.key, &did));
    const uint8_t *data = allod_bytes_data(of);
    const size_t len = allod_bytes_len(of);
    const char *whose = said(did);
    FAILS(allod_signer_new(ALLOD_P256, data, len, S(whose), sign, &device, dropped, &signer), ALLOD_NOT_THE_ISSUERS_KEY);
    FAILS(allod_signer_new(ALLOD_P256, data, len - 1, NULL, 0, sign, &device, dropped, &signer), ALLOD_MALFORMED);
    FAILS(allod_signer_new(ALLOD_P256, data, len, NULL, 0, NULL, &device, dropped, &signer), ALLOD_NULL_ARGUMENT);
    FAILS(allod_signer_new(ALLOD_P256, data, len, NULL, 0, sign, &device, dropped, NULL), ALLOD_NULL_ARGUMENT);
    FAILS(allod_signer_new(ALLOD_P256, data, len, S("did"), sign, &device, dropped, &signer), ALLOD_MALFORMED);
    FAILS(allod_signer_new(9, data, len, NULL, 0, sign, &device, dropped, &signer), ALLOD_BAD_ARGUMENT);
    CHECK(signer == untouched && device.drops == 0);

    /* For another DID: the context goes with the last of the two. */
    AllodSigner *acting = NULL;
    signer = signer_of(&device);
    OK(allod_signer_acting_as(signer, S("did:web:example.com"), &acting));
    CHECK(allod_signer_free(signer));
    CHECK(device.drops == 0);
    OK(allod_signer_did(acting, &did));
    CHECK(strcmp(said(did), "did:web:example.com") == 0);
    CHECK(allod_signer_free(acting));
    CHECK(device.drops == 1);
    /* Nobody has to be told. */
    OK(allod_signer_new(ALLOD_P256, data, len, NULL, 0, sign, &device, NULL, &signer));
    CHECK(allod_signer_free(signer));
    CHECK(device.drops == 1);
    CHECK(allod_bytes_free(of));
    device_free(&device);
    device_free(&another);
}

void signers(void)
{
    for (uint32_t algorithm = ALLOD_ED25519; algorithm <= ALLOD_SECP256K1; algorithm++) {
        spellings(algorithm);
        attached(algorithm);
        faults(algorithm);
    }
    calls_back(NULL);
    calls_back(new_path());
    refused();
}
