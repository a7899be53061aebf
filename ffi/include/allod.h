/*
 * allod: identities people own and capabilities they hand out, narrow and take back. DIDs and UCAN 1.0, checked offline.
 *
 * Made from the Rust sources by `cargo xtask ffi`; not to be edited.
 *
 * CONVENTIONS
 *
 * Errors. A function that can fail returns an AllodError: NULL when it did what it was asked. Free it with
 * allod_error_free. NULL is success: do not write `if (allod_token_verify(...))` where you mean that it holds. A decision
 * that denies is no error, but a result.
 *
 * Results. They are written through the pointers that come last, on success only; those must not be NULL unless
 * it is said. What is written there is the caller's to free, with the function that is named after its type. Arguments stay the
 * caller's: nothing is kept of them after the call, handles may be freed, and what was made with them goes on.
 *
 * Handles. All types with names are handles: numbers that are looked up, and never followed. NULL, one that was freed, one
 * of another type and one that never was are found, and said with ALLOD_NULL_ARGUMENT, ALLOD_STALE_HANDLE and ALLOD_WRONG_HANDLE. (Where
 * pointers have 32 bits, a number may come round after 67 million others.) Every type but AllodReply, which is the library's, has a
 * _free. It returns false for what was freed before or is of another type, and true otherwise, also for NULL.
 *
 * Bytes and texts. They come with their length and need no NUL. NULL with the length 0 is nothing. Texts are UTF-8. A
 * pointer that is not NULL has to point to as many bytes as the length says: that is the one thing that cannot be checked.
 *
 * Structured values: what is called a map or a list below. They go in as DAG-JSON or as DAG-CBOR, which are told apart by themselves, and come out
 * in the format that is asked for. DAG-JSON has no form for a map with the key "/", which anyone can put into arguments: ALLOD_NO_JSON;
 * and many readers of JSON round numbers beyond 2^53, which policies see as they are. DAG-CBOR is free of both. Bytes in DAG-JSON are {"/": {"bytes": "..."}} in base64 without padding, links are {"/": "..."}. DIDs,
 * commands and CIDs are texts; where a CID is asked for, a link does too. A field that is null counts as absent. A field
 * that is not known is refused, so that a bound that is misspelled is not one that is not there.
 *
 * Times are seconds since 1970.
 *
 * Threads. Every function may be called by any number of threads at once, with the same handles. Functions of the host may be
 * called from any thread, and by several at once. They must not throw, jump out (longjmp), or end their thread (pthread_exit): in C++ use
 * allod.hpp, which catches. They may call functions of this library.
 *
 * Panics. A fault within the library does not pass this border: it is ALLOD_PANIC, and a bug.
 *
 * Bounds. What options say of limits lowers them; what is above the usual limits is the usual limit.
 *
 * Changes. Names and numbers keep their meaning; see ALLOD_ABI_VERSION. There may be more codes, outcomes and kinds, and maps that
 * come out may have more fields: what is not known is passed over, but an outcome that is not known is one that
 * executed nothing. A newer field of a question is refused by an older library, with ALLOD_UNKNOWN_FIELD.
 */

#if defined(__GNUC__)
#define ALLOD_MUST_USE __attribute__((warn_unused_result))
#elif defined(_MSC_VER)
#define ALLOD_MUST_USE _Check_return_
#else
#define ALLOD_MUST_USE
#endif

#ifndef ALLOD_H
#define ALLOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The key cannot be reached now: locked, or its device is not there.
 */
#define ALLOD_SIGN_UNAVAILABLE 1

/**
 * The person, or the policy of the device, said no.
 */
#define ALLOD_SIGN_REFUSED 2

/**
 * Nothing went wrong; of a decision: it is allowed.
 */
#define ALLOD_OK 0

/**
 * Bytes that are not a token of the expected kind, or break a rule of its form.
 */
#define ALLOD_MALFORMED 1

/**
 * Larger than a size limit.
 */
#define ALLOD_TOO_LARGE 2

/**
 * A DID method, key type or signature algorithm that is well-formed and not implemented.
 */
#define ALLOD_UNSUPPORTED_ALGORITHM 3

/**
 * The signature is not the issuer's over these bytes.
 */
#define ALLOD_BAD_SIGNATURE 4

/**
 * A DID that needs a document, which nobody supplied.
 */
#define ALLOD_UNRESOLVED_DID 5

/**
 * A delegation that `prf` names is not among the evidence.
 */
#define ALLOD_PROOF_MISSING 6

/**
 * An invocation on another's behalf without any delegation.
 */
#define ALLOD_NO_PROOF 7

/**
 * A powerline at the root: there is no subject it could speak for.
 */
#define ALLOD_POWERLINE_ROOT 8

/**
 * The first delegation was not issued by the subject.
 */
#define ALLOD_ROOT_NOT_SUBJECT 9

/**
 * A delegation about another subject than the invoked one.
 */
#define ALLOD_WRONG_SUBJECT 10

/**
 * A delegation's audience is not the issuer of what follows it.
 */
#define ALLOD_BROKEN_CHAIN 11

/**
 * The invocation is addressed to another executor.
 */
#define ALLOD_WRONG_AUDIENCE 12

/**
 * The executor does not act for this subject.
 */
#define ALLOD_SUBJECT_NOT_SERVED 13

/**
 * Past the end of its validity.
 */
#define ALLOD_EXPIRED 14

/**
 * Before the beginning of its validity.
 */
#define ALLOD_NOT_YET_VALID 15

/**
 * A delegation's command does not cover the invoked one.
 */
#define ALLOD_COMMAND_NOT_COVERED 16

/**
 * A delegation's policy is not satisfied by the arguments.
 */
#define ALLOD_POLICY_UNSATISFIED 17

/**
 * A delegation in the chain was revoked.
 */
#define ALLOD_REVOKED 18

/**
 * What is known of revocations is older than this command allows.
 */
#define ALLOD_REVOCATION_STALE 19

/**
 * The invocation was executed before.
 */
#define ALLOD_REPLAYED 20

/**
 * More links, steps or depth than a decision may take.
 */
#define ALLOD_BUDGET_EXCEEDED 21

/**
 * A fault in the library, or in a function of the host that it called.
 */
#define ALLOD_PANIC 100

/**
 * A pointer is NULL that must not be.
 */
#define ALLOD_NULL_ARGUMENT 101

/**
 * A text is not UTF-8.
 */
#define ALLOD_BAD_UTF8 102

/**
 * A handle that was freed before, or never was one.
 */
#define ALLOD_STALE_HANDLE 103

/**
 * A handle of another type.
 */
#define ALLOD_WRONG_HANDLE 104

/**
 * An argument, or a field of a question, that is not what it has to be.
 */
#define ALLOD_BAD_ARGUMENT 105

/**
 * A question has a field that is not known: misspelled, maybe.
 */
#define ALLOD_UNKNOWN_FIELD 106

/**
 * The platform gives no randomness.
 */
#define ALLOD_NO_RANDOMNESS 107

/**
 * The signer did not sign: locked, refused, or out of order.
 */
#define ALLOD_SIGNING_FAILED 108

/**
 * The audience has a key that nobody can sign with.
 */
#define ALLOD_WEAK_AUDIENCE 109

/**
 * The audience has a key for encryption.
 */
#define ALLOD_AUDIENCE_CANNOT_SIGN 110

/**
 * The subject has a key that nobody can sign with.
 */
#define ALLOD_SUBJECT_CANNOT_SIGN 111

/**
 * A token would end before it begins.
 */
#define ALLOD_EMPTY_WINDOW 112

/**
 * "/" is delegated, never invoked.
 */
#define ALLOD_TOP_INVOKED 113

/**
 * A value that DAG-CBOR has no form for.
 */
#define ALLOD_BAD_VALUE 114

/**
 * More proofs than a validator follows.
 */
#define ALLOD_TOO_MANY_PROOFS 115

/**
 * The delegation that is built on was given to someone else.
 */
#define ALLOD_NOT_THE_AUDIENCE 116

/**
 * The key is not the issuer's.
 */
#define ALLOD_NOT_THE_ISSUERS_KEY 117

/**
 * Nothing that is held allows it.
 */
#define ALLOD_NO_CHAIN 118

/**
 * The delegation is not in the store.
 */
#define ALLOD_UNKNOWN_DELEGATION 119

/**
 * It is not one's own to take back.
 */
#define ALLOD_NOT_TO_REVOKE 120

/**
 * The store could not be read or written.
 */
#define ALLOD_STORE_FAILED 121

/**
 * There is no store at that place.
 */
#define ALLOD_STORE_NOT_THERE 122

/**
 * There is something at that place already.
 */
#define ALLOD_STORE_ALREADY_THERE 123

/**
 * Another process has the store open.
 */
#define ALLOD_STORE_IN_USE 124

/**
 * What is there is not a store, or was damaged.
 */
#define ALLOD_STORE_DAMAGED 125

/**
 * The store was written by a newer version.
 */
#define ALLOD_STORE_NEWER_FORMAT 126

/**
 * The store lies in a storage format that is not read any more.
 */
#define ALLOD_STORE_OLDER_STORAGE 127

/**
 * A cursor that is none of this store's.
 */
#define ALLOD_BAD_CURSOR 128

/**
 * The clock is behind the latest time that was seen.
 */
#define ALLOD_CLOCK_SET_BACK 129

/**
 * The command is kept for the library.
 */
#define ALLOD_HANDLER_RESERVED 130

/**
 * "/" is never invoked.
 */
#define ALLOD_HANDLER_TOP 131

/**
 * The command has a handler already.
 */
#define ALLOD_HANDLER_TAKEN 132

/**
 * It was executed, and the receipt could not be signed.
 */
#define ALLOD_RECEIPT_FAILED 133

/**
 * A token of another kind than is needed.
 */
#define ALLOD_WRONG_KIND 134

/**
 * The key cannot be reached now: locked, or its device is not there.
 */
#define ALLOD_SIGNER_UNAVAILABLE 135

/**
 * The holder of the key, or a policy, refused to sign.
 */
#define ALLOD_SIGNING_REFUSED 136

/**
 * A value that DAG-JSON has no form for: a map with the key "/".
 */
#define ALLOD_NO_JSON 137

/**
 * The arguments wait for results of other tasks.
 */
#define ALLOD_AWAITS_RESULTS 138

/**
 * An error without a number of its own yet.
 */
#define ALLOD_UNLISTED 199

/**
 * Plain bytes.
 */
#define ALLOD_RAW 0

/**
 * Base64 with padding.
 */
#define ALLOD_BASE64 1

/**
 * Base64 for URLs, without padding: for texts, links and QR codes.
 */
#define ALLOD_BASE64URL 2

/**
 * Compressed bytes.
 */
#define ALLOD_GZIP 3

/**
 * Compressed, in base64 with padding.
 */
#define ALLOD_GZIP_BASE64 4

/**
 * Compressed, in base64 for URLs.
 */
#define ALLOD_GZIP_BASE64URL 5

/**
 * It was allowed, and executed now: there is a receipt, of success or failure.
 */
#define ALLOD_OUTCOME_EXECUTED 1

/**
 * It was denied.
 */
#define ALLOD_OUTCOME_DENIED 2

/**
 * It was executed before: there may be a receipt.
 */
#define ALLOD_OUTCOME_EXECUTED_BEFORE 3

/**
 * It is being executed right now.
 */
#define ALLOD_OUTCOME_RUNNING 4

/**
 * It was begun before and not finished: there is a receipt that says so. It is not executed again.
 */
#define ALLOD_OUTCOME_UNKNOWN 5

/**
 * It was allowed, and its arguments wait for the results of other tasks. It was not executed.
 */
#define ALLOD_OUTCOME_AWAITS 6

/**
 * It was allowed, and this executor does not do such a thing.
 */
#define ALLOD_OUTCOME_REFUSED 7

/**
 * Executing it twice does no more than executing it once: it takes invocations that never end, or end far off, and executes those each
 * time they come.
 */
#define ALLOD_IDEMPOTENT 1

/**
 * It also executes the commands below its own that have no handler.
 */
#define ALLOD_AND_BELOW 2

/**
 * It gives the receipt to whoever sends the invocation again.
 */
#define ALLOD_RECEIPTS_FOR_ANYONE 4

/**
 * Ed25519.
 */
#define ALLOD_ED25519 1

/**
 * P-256, signing with ECDSA over SHA-256.
 */
#define ALLOD_P256 2

/**
 * secp256k1, signing with ECDSA over SHA-256.
 */
#define ALLOD_SECP256K1 3

/**
 * Structured values as text, in DAG-JSON.
 */
#define ALLOD_DAG_JSON 0

/**
 * Structured values as bytes, in DAG-CBOR.
 */
#define ALLOD_DAG_CBOR 1

/**
 * A delegation.
 */
#define ALLOD_KIND_DELEGATION 1

/**
 * An invocation, of none of the commands below.
 */
#define ALLOD_KIND_INVOCATION 2

/**
 * A receipt: an invocation of /ucan/assert/receipt.
 */
#define ALLOD_KIND_RECEIPT 3

/**
 * A revocation: an invocation of /ucan/revoke.
 */
#define ALLOD_KIND_REVOCATION 4

/**
 * The version of the ABI that the header describes: compare it with allod_abi_version() of the library that was loaded.
 *
 * It rises by one when something that was compiled against an older header could go wrong: a function or constant that is
 * gone, another type, another meaning. New functions and new codes do not raise it.
 */
#define ALLOD_ABI_VERSION 1

/**
 * Someone with a key, and a store of what was given to and by them. It may be used by many threads. Free it with
 * allod_agent_free.
 */
typedef struct AllodAgent AllodAgent;

/**
 * Decides, for an executor. Free it with allod_authorizer_free.
 */
typedef struct AllodAuthorizer AllodAuthorizer;

/**
 * Bytes, or text in UTF-8, that the library made. They are wiped when they are freed. Free them with allod_bytes_free.
 */
typedef struct AllodBytes AllodBytes;

/**
 * Tokens that travel together, each once. Free it with allod_container_free.
 */
typedef struct AllodContainer AllodContainer;

/**
 * A decision. Free it with allod_decision_free.
 */
typedef struct AllodDecision AllodDecision;

/**
 * Why a call did not do what it was asked. Free it with allod_error_free.
 */
typedef struct AllodError AllodError;

/**
 * What a decision rests on besides the request: the time, and what is known of revocations. Free it with
 * allod_evidence_free.
 */
typedef struct AllodEvidence AllodEvidence;

/**
 * What came of a call. Free it with allod_execution_free.
 */
typedef struct AllodExecution AllodExecution;

/**
 * Executes what is allowed, each invocation once, and signs what came of it. It may be used by many threads. Free it with
 * allod_executor_free.
 */
typedef struct AllodExecutor AllodExecutor;

/**
 * A secret key in memory. It is wiped when it was freed and no signer that was made with it is left, nor an agent or executor with
 * such a signer. Free it with allod_key_free.
 */
typedef struct AllodKey AllodKey;

/**
 * Where a handler says what came of it: there while the handler runs.
 */
typedef struct AllodReply AllodReply;

/**
 * Whoever signs for a DID: a key in memory, or a function of the host. Free it with allod_signer_free; agents and
 * executors that were made with it go on.
 */
typedef struct AllodSigner AllodSigner;

/**
 * Where delegations, revocations, receipts, names, and what was executed are kept: in memory, or in one file. It may be
 * used by many threads, agents and executors. Free it with allod_store_free; a file is closed when nothing uses it any
 * more.
 */
typedef struct AllodStore AllodStore;

/**
 * A token that has its form. What it says is powerless: only a decision counts. Free it with allod_token_free.
 */
typedef struct AllodToken AllodToken;

/**
 * A token that lacks only its signature. Free it with allod_unsigned_free.
 */
typedef struct AllodUnsigned AllodUnsigned;

/**
 * Executes an invocation that was allowed. `grant` is a map, in the format that was asked for: {issuer, subject, command, arguments,
 * invocation, task, chain, until, awaits, awaitsResults, mismatch}, as for allod_decision_write. The function says what came of it with allod_reply_ok or
 * allod_reply_error, and returns 0; any other number is the error "handler-failed". It may be called by several threads
 * at once, and must not throw or jump. `grant` and `reply` are gone when it returns.
 */
typedef int32_t (*AllodHandlerFn)(void *context, const uint8_t *grant, size_t grant_len, AllodReply *reply);

/**
 * Called once, with the context, when nothing uses it any more: from whatever thread that happens on. May be NULL.
 */
typedef void (*AllodDropFn)(void *context);

/**
 * Signs a message: with a Secure Enclave, a StrongBox, whatever holds the key. `signature` has room for `*signature_len` bytes
 * (80); the function writes the signature there and its length to `*signature_len`. For ECDSA it signs the SHA-256 of
 * the message, and writes DER or raw r and s, with a high or low s. It returns 0, or ALLOD_SIGN_UNAVAILABLE,
 * ALLOD_SIGN_REFUSED, or any other number for a failure. It may be called by several threads at once, and must not
 * throw or jump.
 */
typedef int32_t (*AllodSignFn)(void *context,
                               const uint8_t *message,
                               size_t message_len,
                               uint8_t *signature,
                               size_t *signature_len);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Someone who signs with this, and keeps what they hold and gave in that. Options are a map {documents, tolerance}, or NULL with the
 * length 0: pairs of a DID and its document, and how many seconds clocks may differ, 60 if absent. The signer and the store may be
 * freed.
 */
ALLOD_MUST_USE
AllodError *allod_agent_new(const AllodSigner *signer,
                            const AllodStore *store,
                            const void *options,
                            size_t options_len,
                            AllodAgent **out);

/**
 * Whom it speaks for.
 */
ALLOD_MUST_USE AllodError *allod_agent_did(const AllodAgent *agent, AllodBytes **out);

/**
 * Signs a delegation, described as for allod_delegation_sign, and keeps it. What it hands on has to be one's own, or held: the
 * chain it rests on is found, ALLOD_NO_CHAIN if there is none. `container` has all that its audience needs. Either
 * of `token` and `container` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_agent_grant(const AllodAgent *agent,
                              const void *delegation,
                              size_t delegation_len,
                              int64_t now,
                              AllodToken **token,
                              AllodContainer **container);

/**
 * Signs an invocation, described as for allod_invocation_sign, through the best chain that is held: ALLOD_NO_CHAIN, with what comes
 * nearest, if there is none. Its proofs are found; without `expires` it lasts for five minutes. `container` has all that
 * its executor needs. Either of `token` and `container` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_agent_invoke(const AllodAgent *agent,
                               const void *invocation,
                               size_t invocation_len,
                               int64_t now,
                               AllodToken **token,
                               AllodContainer **container);

/**
 * Revokes a delegation by its CID, and keeps the revocation: it takes effect here at once, and elsewhere once `container` arrives
 * there. ALLOD_UNKNOWN_DELEGATION and ALLOD_NOT_TO_REVOKE say why not. Either of `token` and `container` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_agent_revoke(const AllodAgent *agent,
                               const char *delegation,
                               size_t delegation_len,
                               int64_t now,
                               AllodToken **token,
                               AllodContainer **container);

/**
 * Takes in the delegations, receipts and revocations of a container: what is genuine is kept. A map {delegations, new, revocations,
 * receipts, refused} says what became of them: CIDs, how many were not known, of each revocation {cid, revoked, subject, result, code},
 * how many receipts, and of what was refused {cid, code}. `out` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_agent_receive(const AllodAgent *agent,
                                const AllodContainer *container,
                                uint32_t format,
                                AllodBytes **out);

/**
 * Links a device: signs the delegations that make it speak for one, and bundles them with what is held. The link is {device,
 * command, expires, asOneself, mayRevoke}. It is a powerline: everything below `command`, "/" if absent, that is given to oneself, now or later,
 * until `expires`, for ever if absent; with `asOneself: true` also what
 * is about oneself; with `mayRevoke: true` also taking back in one's name. `is_complete`, which may be NULL, says whether
 * all that is held had room.
 */
ALLOD_MUST_USE
AllodError *allod_agent_link_device(const AllodAgent *agent,
                                    const void *link,
                                    size_t link_len,
                                    int64_t now,
                                    AllodContainer **container,
                                    bool *is_complete);

/**
 * All that one holds and gave, as a map {held, given}: of each {cid, issuer, audience, subject, command, expires, state, at, by,
 * issuerName, audienceName, subjectName}. The state is "valid", "not-yet" or "ended" (at), or "revoked" (by); what it rests
 * on may have ended.
 */
ALLOD_MUST_USE
AllodError *allod_agent_delegations(const AllodAgent *agent,
                                    int64_t now,
                                    uint32_t format,
                                    AllodBytes **out);

/**
 * Looks for the best chain by which the agent, or `invoker`, may do something: a map {subject, command, arguments, invoker}; without
 * arguments policies are not looked at. The answer is {chain} (tokens, root first), or {words, gap, held, until, flaws} of what comes
 * nearest, or {outOfBudget}, the steps after which it was given up.
 */
ALLOD_MUST_USE
AllodError *allod_agent_find_chain(const AllodAgent *agent,
                                   const void *goal,
                                   size_t goal_len,
                                   int64_t now,
                                   uint32_t format,
                                   AllodBytes **out);

/**
 * Frees an agent. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_agent_free(AllodAgent *agent);

/**
 * Decides for the executor of this DID. Options are a map {subjects, dangerAnySubject, leafFirst, limits, ages}, or NULL with the
 * length 0: `subjects` are the DIDs that the executor acts for, itself alone if absent; `dangerAnySubject: true` is dangerous: anyone can
 * invoke on a subject of their own making. `leafFirst: true` also takes proofs named leaf first. `limits` is {chain, policySteps,
 * policyWork}. `ages` are pairs of a command and how many seconds old what is known of revocations may be for it.
 */
ALLOD_MUST_USE
AllodError *allod_authorizer_new(const char *executor,
                                 size_t executor_len,
                                 const void *options,
                                 size_t options_len,
                                 AllodAuthorizer **out);

/**
 * Decides on a container in any encoding, as it came. `named` is the CID of the invocation that is meant, or NULL with the
 * length 0 where there is one. What is no container is denied, like whatever else is wrong: an error only says that
 * nothing could be decided.
 */
ALLOD_MUST_USE
AllodError *allod_authorizer_decide(const AllodAuthorizer *authorizer,
                                    const void *container,
                                    size_t container_len,
                                    const char *named,
                                    size_t named_len,
                                    const AllodEvidence *evidence,
                                    AllodDecision **out);

/**
 * Decides on an invocation by itself: its bytes. The delegations it rests on are among the evidence.
 */
ALLOD_MUST_USE
AllodError *allod_authorizer_decide_invocation(const AllodAuthorizer *authorizer,
                                               const void *invocation,
                                               size_t invocation_len,
                                               const AllodEvidence *evidence,
                                               AllodDecision **out);

/**
 * What a decision lacks: a map {proofs, documents, revocations}, of CIDs of delegations, of DIDs whose documents are needed, and of
 * pairs of a delegation's CID and a DID of which it has to be known whether the one was revoked by the other.
 */
ALLOD_MUST_USE
AllodError *allod_authorizer_needs(const AllodAuthorizer *authorizer,
                                   const void *container,
                                   size_t container_len,
                                   const char *named,
                                   size_t named_len,
                                   const AllodEvidence *evidence,
                                   uint32_t format,
                                   AllodBytes **out);

/**
 * Frees it. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_authorizer_free(AllodAuthorizer *authorizer);

/**
 * The first byte. There is a NUL behind the last, which is not counted: text can be printed as it is. The bytes are there
 * until they are freed, and NULL is returned for those that are not there.
 */
const uint8_t *allod_bytes_data(const AllodBytes *bytes);

/**
 * How many there are; 0 for NULL, and for those that were freed.
 */
size_t allod_bytes_len(const AllodBytes *bytes);

/**
 * Wipes and frees bytes. Returns whether they were there: false for those that were freed before. NULL is allowed.
 */
bool allod_bytes_free(AllodBytes *bytes);

/**
 * Reads a container in any of the six encodings.
 */
ALLOD_MUST_USE
AllodError *allod_container_read(const void *container,
                                 size_t container_len,
                                 AllodContainer **out);

/**
 * A container of these tokens.
 */
ALLOD_MUST_USE
AllodError *allod_container_of(const AllodToken *const *tokens,
                               size_t count,
                               AllodContainer **out);

/**
 * Writes it in one of the encodings ALLOD_RAW to ALLOD_GZIP_BASE64URL. Those in base64 are text.
 */
ALLOD_MUST_USE
AllodError *allod_container_write(const AllodContainer *container,
                                  uint32_t encoding,
                                  AllodBytes **out);

/**
 * How many tokens are in it.
 */
ALLOD_MUST_USE AllodError *allod_container_len(const AllodContainer *container, size_t *out);

/**
 * The token at a place, from 0 on: ALLOD_MALFORMED, say, if what is there is none.
 */
ALLOD_MUST_USE
AllodError *allod_container_token(const AllodContainer *container,
                                  size_t index,
                                  AllodToken **out);

/**
 * What is in it, as a map {encoding, tokens}: of each token its {cid, kind}, and of what cannot be read
 * {cid, kind: "unreadable", code, message}.
 */
ALLOD_MUST_USE
AllodError *allod_container_contents(const AllodContainer *container,
                                     uint32_t format,
                                     AllodBytes **out);

/**
 * Frees a container. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_container_free(AllodContainer *container);

/**
 * Whether it is allowed: false for NULL, and for what was freed before. Nothing else means that it is allowed.
 *
 * Arguments may wait for results of other tasks, which no policy has looked at: whoever executes takes them from
 * allod_decision_arguments, which fails then.
 */
bool allod_decision_is_allowed(const AllodDecision *decision);

/**
 * The code of a denial, of those below 100; ALLOD_OK where it is allowed. ALLOD_NULL_ARGUMENT, ALLOD_STALE_HANDLE or
 * ALLOD_WRONG_HANDLE for what is no decision.
 */
uint32_t allod_decision_code(const AllodDecision *decision);

/**
 * The whole decision as a map, for the one who decides. Where it is allowed: {ok: true, issuer, subject, command, arguments, invocation, task,
 * chain, until, awaits, awaitsResults, mismatch, trace, unused, ignored}. Where not: {ok: false, code, rule, message, remedy, spec, link, cid, expected,
 * found, policy, public, trace, unused, ignored}. The trace has every rule, with {rule, link, outcome}, and a finding where
 * it failed. It is for a log: its arguments may wait for results of other tasks, and then no policy has looked at them. What is to be
 * executed is what allod_decision_arguments says.
 */
ALLOD_MUST_USE
AllodError *allod_decision_write(const AllodDecision *decision,
                                 uint32_t format,
                                 AllodBytes **out);

/**
 * What the other side may see of a denial: a map {code, cid, remedy}; the empty map where it is allowed.
 */
ALLOD_MUST_USE
AllodError *allod_decision_public(const AllodDecision *decision,
                                  uint32_t format,
                                  AllodBytes **out);

/**
 * What is wrong, in words for the one who decides; empty where it is allowed.
 */
ALLOD_MUST_USE AllodError *allod_decision_message(const AllodDecision *decision, AllodBytes **out);

/**
 * What to do about it, in words; empty where it is allowed.
 */
ALLOD_MUST_USE AllodError *allod_decision_remedy(const AllodDecision *decision, AllodBytes **out);

/**
 * The arguments of what is allowed, with results in the place of promises: ALLOD_BAD_ARGUMENT where it is denied, and
 * ALLOD_AWAITS_RESULTS where a result is missing, is a promise itself, or came out as it was not waited for. No policy has looked at
 * such arguments, and nothing should be done with them.
 */
ALLOD_MUST_USE
AllodError *allod_decision_arguments(const AllodDecision *decision,
                                     uint32_t format,
                                     AllodBytes **out);

/**
 * Frees a decision. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_decision_free(AllodDecision *decision);

/**
 * What a DID says by itself: a map {did, method, algorithm, key, url, short, verifiable}. The algorithm and the bytes of the key are
 * those of a did:key, the URL is where the document of a did:web lies, else null. An error for what is no DID.
 */
ALLOD_MUST_USE
AllodError *allod_did_read(const char *did,
                           size_t did_len,
                           uint32_t format,
                           AllodBytes **out);

/**
 * The did:key of a public key.
 */
ALLOD_MUST_USE
AllodError *allod_did_of_key(uint32_t algorithm,
                             const void *public_key,
                             size_t public_key_len,
                             AllodBytes **out);

/**
 * The document that a did:key amounts to, in JSON.
 */
ALLOD_MUST_USE AllodError *allod_did_document(const char *did, size_t did_len, AllodBytes **out);

/**
 * The number of an error: one of the ALLOD_ constants, stable for ever. ALLOD_OK for NULL, and
 * ALLOD_STALE_HANDLE for an error that was freed.
 */
uint32_t allod_error_number(const AllodError *error);

/**
 * The name of an error in kebab case, stable for ever: for logs, and for other languages. Empty for NULL. It is there for
 * ever.
 */
const char *allod_error_name(const AllodError *error);

/**
 * What went wrong, in words for a developer. It is there until the error is freed.
 */
const char *allod_error_message(const AllodError *error);

/**
 * What to do about it, in general. It is there for ever.
 */
const char *allod_error_remedy(const AllodError *error);

/**
 * Frees an error. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_error_free(AllodError *error);

/**
 * Facts for decisions: a map {now, tolerance, documents, tokens, revoked, unavailable, revocations, syncedAt, receipts, tasks,
 * trusted, dangerWithoutRevocations}, and a store that knows of revocations, or NULL.
 *
 * The time stands still in it: evidence is made for one decision, or a few at the same moment. An evidence that is kept allows
 * what has expired since.
 *
 * `now` is in seconds since 1970; `tolerance` is how many seconds clocks may differ, 60 if absent. What is known of revocations
 * has to be said: by a store, or by `revoked` (pairs of a delegation's CID and who revoked it) or `revocations` (tokens), which may be
 * empty lists, or, by `dangerWithoutRevocations: true`, not at all. `unavailable` are pairs of which nobody can tell.
 * `tokens` (delegations), `receipts` and `tasks` (invocations) are lists of tokens, as bytes, besides those that come with the
 * request; `documents` are pairs of a DID and its document; `trusted` are the DIDs whose receipts count. `syncedAt` is when what is
 * known of revocations was last brought up to date, for authorizers that ask how old it is; that of the store, if absent.
 */
ALLOD_MUST_USE
AllodError *allod_evidence_new(const void *facts,
                               size_t facts_len,
                               const AllodStore *store,
                               AllodEvidence **out);

/**
 * Frees evidence. Returns whether it was there: false for what was freed before. NULL is allowed.
 */
bool allod_evidence_free(AllodEvidence *evidence);

/**
 * What came of it: one of ALLOD_OUTCOME_EXECUTED to ALLOD_OUTCOME_REFUSED.
 */
ALLOD_MUST_USE AllodError *allod_execution_outcome(const AllodExecution *execution, uint32_t *out);

/**
 * The receipt for the other side; NULL where there is none to hand out.
 */
ALLOD_MUST_USE AllodError *allod_execution_receipt(const AllodExecution *execution, AllodToken **out);

/**
 * All that is known of it, as a map {outcome, message} with one of "executed", "denied", "executed-before", "running", "outcome-unknown", "awaits" and
 * "refused", and {receipt, ran, ok or error} where there is a receipt, {denial} as for allod_decision_write where it is one,
 * {awaits} and {refusal}.
 */
ALLOD_MUST_USE
AllodError *allod_execution_write(const AllodExecution *execution,
                                  uint32_t format,
                                  AllodBytes **out);

/**
 * Frees it. Returns whether it was there: false for what was freed before. NULL is allowed.
 */
bool allod_execution_free(AllodExecution *execution);

/**
 * Says that it went well, with a map or list as the result; NULL with the length 0 for a result that is null. Said more
 * than once, the last counts.
 */
ALLOD_MUST_USE
AllodError *allod_reply_ok(const AllodReply *reply,
                           const void *result,
                           size_t result_len);

/**
 * Says that it did not go well, with a map or list as the reason; NULL with the length 0 for null. Said more than once,
 * the last counts.
 */
ALLOD_MUST_USE
AllodError *allod_reply_error(const AllodReply *reply,
                              const void *reason,
                              size_t reason_len);

/**
 * An executor that signs receipts with this, remembers in that, and is addressed by the signer's DID. The signer and the store may be
 * freed. Options are a map, or NULL with the length 0: {subjects, dangerAnySubject, leafFirst, limits, ages} as for allod_authorizer_new;
 * {trusted}, the DIDs of other executors whose receipts count; {tolerance} (3540 at most), {longestInvocation} (how far off an end may be) and {receiptsLast}
 * in seconds; {log}, "decisions" or "arguments" to write every decision into the store's log; {quota}, how many revocations of others
 * are kept, a pair of those of each subject and of all; {releaseCandidate}. All that one executor has executed has to be in its
 * store: two executors with two stores are two places at which an invocation can be executed.
 */
ALLOD_MUST_USE
AllodError *allod_executor_new(const AllodSigner *signer,
                               const AllodStore *store,
                               const void *options,
                               size_t options_len,
                               AllodExecutor **out);

/**
 * Registers a function that executes a command. Of several that fit, the one with the longest command does it. `flags` are
 * ALLOD_IDEMPOTENT, ALLOD_AND_BELOW and ALLOD_RECEIPTS_FOR_ANYONE, added; `format` is that of what the function is given. When this
 * succeeds, `drop` is called with the context once nothing uses it any more; when it fails, it is not. Calls that are
 * under way go on with the handlers that there were.
 */
ALLOD_MUST_USE
AllodError *allod_executor_handle(const AllodExecutor *executor,
                                  const char *command,
                                  size_t command_len,
                                  uint32_t flags,
                                  uint32_t format,
                                  AllodHandlerFn handle,
                                  void *context,
                                  AllodDropFn drop);

/**
 * Whom it is addressed as.
 */
ALLOD_MUST_USE AllodError *allod_executor_did(const AllodExecutor *executor, AllodBytes **out);

/**
 * Decides on a container in any encoding, as it came, executes what is allowed, and signs what came of it. Options are a map {caller,
 * invocation, documents}, or NULL with the length 0: `caller` is the DID of who sent it, where the host has made sure of that, for whom
 * alone receipts of what was executed before are; `invocation` is the CID of the one that is meant; `documents` are pairs of a DID and its
 * document. What is no container is an error, with the code that says why. Other errors say that nothing can be said of the call, which
 * may be tried again; but ALLOD_RECEIPT_FAILED says that it was executed, and ALLOD_PANIC that it may have been.
 */
ALLOD_MUST_USE
AllodError *allod_executor_execute(const AllodExecutor *executor,
                                   const void *container,
                                   size_t container_len,
                                   int64_t now,
                                   const void *options,
                                   size_t options_len,
                                   AllodExecution **out);

/**
 * Takes up the revocations in a container: they take effect at once. A list says what became of each: {cid, revoked, subject, result, code}. Options
 * are {documents}, or NULL with the length 0. `out` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_executor_take_up_revocations(const AllodExecutor *executor,
                                               const AllodContainer *container,
                                               const void *options,
                                               size_t options_len,
                                               uint32_t format,
                                               AllodBytes **out);

/**
 * Forgets what has ended: what was executed, delegations and receipts, which is also done by itself from time to time, and
 * revocations, which is done here alone. What has ended is told by the latest time at which anything was executed: nothing that
 * is forgotten can be allowed again here, even where the clock is set back. `count`, which may be NULL, says how much it was.
 */
ALLOD_MUST_USE
AllodError *allod_executor_sweep(const AllodExecutor *executor,
                                 size_t *count);

/**
 * Frees an executor. Returns whether it was there: false for one that was freed before. NULL is allowed. Calls that are
 * under way go on.
 */
bool allod_executor_free(AllodExecutor *executor);

/**
 * Makes a key from the operating system's randomness.
 */
ALLOD_MUST_USE AllodError *allod_key_generate(uint32_t algorithm, AllodKey **out);

/**
 * The key of a seed of 32 bytes: for Ed25519 the seed of RFC 8032, else the secret number, big-endian.
 */
ALLOD_MUST_USE
AllodError *allod_key_from_seed(uint32_t algorithm,
                                const void *seed,
                                size_t seed_len,
                                AllodKey **out);

/**
 * Reads a secret key as a JWK (RFC 7517).
 */
ALLOD_MUST_USE AllodError *allod_key_from_jwk(const char *jwk, size_t jwk_len, AllodKey **out);

/**
 * Reads a secret key as PKCS#8 in DER (RFC 5958).
 */
ALLOD_MUST_USE AllodError *allod_key_from_pkcs8(const void *der, size_t der_len, AllodKey **out);

/**
 * Reads a secret key as PKCS#8 in PEM (RFC 7468).
 */
ALLOD_MUST_USE AllodError *allod_key_from_pem(const char *pem, size_t pem_len, AllodKey **out);

/**
 * The secret, as the seed that allod_key_from_seed takes. Whoever has it is whom the key stands for.
 */
ALLOD_MUST_USE AllodError *allod_key_danger_export_seed(const AllodKey *key, AllodBytes **out);

/**
 * The secret as a JWK. Whoever has it is whom the key stands for.
 */
ALLOD_MUST_USE AllodError *allod_key_danger_export_jwk(const AllodKey *key, AllodBytes **out);

/**
 * The secret as PKCS#8 in DER. Whoever has it is whom the key stands for.
 */
ALLOD_MUST_USE AllodError *allod_key_danger_export_pkcs8(const AllodKey *key, AllodBytes **out);

/**
 * The key's DID: a did:key.
 */
ALLOD_MUST_USE AllodError *allod_key_did(const AllodKey *key, AllodBytes **out);

/**
 * The key's algorithm: one of ALLOD_ED25519, ALLOD_P256 and ALLOD_SECP256K1.
 */
ALLOD_MUST_USE AllodError *allod_key_algorithm(const AllodKey *key, uint32_t *out);

/**
 * The public key: 32 bytes for Ed25519, else 33, compressed.
 */
ALLOD_MUST_USE AllodError *allod_key_public(const AllodKey *key, AllodBytes **out);

/**
 * Signs a message: 64 bytes, for ECDSA r and s with a low s. `signature` has to have room for them.
 */
ALLOD_MUST_USE
AllodError *allod_key_sign(const AllodKey *key,
                           const void *message,
                           size_t message_len,
                           uint8_t *signature);

/**
 * Checks a signature of 64 bytes, strictly: ALLOD_BAD_SIGNATURE for one that is not the key's over the message.
 */
ALLOD_MUST_USE
AllodError *allod_public_key_verify(uint32_t algorithm,
                                    const void *public_key,
                                    size_t public_key_len,
                                    const void *message,
                                    size_t message_len,
                                    const void *signature,
                                    size_t signature_len);

/**
 * Frees a key, and wipes it unless a signer still has it. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_key_free(AllodKey *key);

/**
 * Makes a delegation: a map {audience, subject, command, policy, expires, notBefore, nonce, meta, under, releaseCandidate}. The subject is a DID, or null for a powerline,
 * and must be there. Times are seconds since 1970. `under` is the bytes of the delegation that it hands on. Without `expires` it never ends.
 * A field that is not known is refused. What a validator would refuse is refused here.
 */
ALLOD_MUST_USE
AllodError *allod_delegation_sign(const AllodSigner *signer,
                                  const void *delegation,
                                  size_t delegation_len,
                                  AllodToken **out);

/**
 * As allod_delegation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
 * key's own did:key.
 */
ALLOD_MUST_USE
AllodError *allod_delegation_to_sign(uint32_t algorithm,
                                     const void *public_key,
                                     size_t public_key_len,
                                     const char *issuer,
                                     size_t issuer_len,
                                     const void *delegation,
                                     size_t delegation_len,
                                     AllodUnsigned **out);

/**
 * Makes an invocation: a map {subject, command, audience, arguments, proofs, expires, notBefore, issuedAt, cause, nonce, meta, releaseCandidate}.
 * Proofs are CIDs, root first. allod_agent_invoke finds them by itself.
 * A field that is not known is refused. What a validator would refuse is refused here.
 */
ALLOD_MUST_USE
AllodError *allod_invocation_sign(const AllodSigner *signer,
                                  const void *invocation,
                                  size_t invocation_len,
                                  AllodToken **out);

/**
 * As allod_invocation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
 * key's own did:key.
 */
ALLOD_MUST_USE
AllodError *allod_invocation_to_sign(uint32_t algorithm,
                                     const void *public_key,
                                     size_t public_key_len,
                                     const char *issuer,
                                     size_t issuer_len,
                                     const void *invocation,
                                     size_t invocation_len,
                                     AllodUnsigned **out);

/**
 * Makes a revocation: a map {revoke, subject, path, proofs, issuedAt, meta, releaseCandidate}. `revoke` is the CID of the delegation,
 * the subject its issuer, or someone above. allod_agent_revoke finds all that by itself.
 * A field that is not known is refused. What a validator would refuse is refused here.
 */
ALLOD_MUST_USE
AllodError *allod_revocation_sign(const AllodSigner *signer,
                                  const void *revocation,
                                  size_t revocation_len,
                                  AllodToken **out);

/**
 * As allod_revocation_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
 * key's own did:key.
 */
ALLOD_MUST_USE
AllodError *allod_revocation_to_sign(uint32_t algorithm,
                                     const void *public_key,
                                     size_t public_key_len,
                                     const char *issuer,
                                     size_t issuer_len,
                                     const void *revocation,
                                     size_t revocation_len,
                                     AllodUnsigned **out);

/**
 * Makes a receipt: a map {ran, out, issuedAt, expires, nonce, releaseCandidate}. `ran` is the CID of the task, `out` is {ok} or {error}.
 * A field that is not known is refused. What a validator would refuse is refused here.
 */
ALLOD_MUST_USE
AllodError *allod_receipt_sign(const AllodSigner *signer,
                               const void *receipt,
                               size_t receipt_len,
                               AllodToken **out);

/**
 * As allod_receipt_sign, for a key elsewhere: the issuer's public key, and the issuer's DID, or NULL with the length 0 for the
 * key's own did:key.
 */
ALLOD_MUST_USE
AllodError *allod_receipt_to_sign(uint32_t algorithm,
                                  const void *public_key,
                                  size_t public_key_len,
                                  const char *issuer,
                                  size_t issuer_len,
                                  const void *receipt,
                                  size_t receipt_len,
                                  AllodUnsigned **out);

/**
 * What is legal but risky in a delegation to be made, as a list of texts.
 */
ALLOD_MUST_USE
AllodError *allod_delegation_lints(const void *delegation,
                                   size_t delegation_len,
                                   uint32_t format,
                                   AllodBytes **out);

/**
 * A policy in words, and what is legal but risky in it: a map {words, lints}. An error for what is no policy.
 */
ALLOD_MUST_USE
AllodError *allod_policy_words(const void *policy,
                               size_t policy_len,
                               uint32_t format,
                               AllodBytes **out);

/**
 * What a policy says of arguments: a map {truth}, which is "true", "false" or "unknown", of which only "true" allows; for the
 * others also {statement, path, words, selector, found}, which tell the first statement that is not satisfied, and why.
 */
ALLOD_MUST_USE
AllodError *allod_policy_evaluate(const void *policy,
                                  size_t policy_len,
                                  const void *arguments,
                                  size_t arguments_len,
                                  uint32_t format,
                                  AllodBytes **out);

/**
 * A signer that is a key in memory. The key may be freed: the signer holds it.
 */
ALLOD_MUST_USE AllodError *allod_signer_from_key(const AllodKey *key, AllodSigner **out);

/**
 * A signer that is a function of the host, for this public key (32 bytes for Ed25519; else 33 or 65, SEC1). `did` is whom it signs
 * for: NULL with the length 0 for the key's own did:key. Every signature is checked before it is used. When this
 * succeeds, `drop` is called with the context once nothing uses it any more; when it fails, it is not.
 */
ALLOD_MUST_USE
AllodError *allod_signer_new(uint32_t algorithm,
                             const void *public_key,
                             size_t public_key_len,
                             const char *did,
                             size_t did_len,
                             AllodSignFn sign,
                             void *context,
                             AllodDropFn drop,
                             AllodSigner **out);

/**
 * The same key signing for another DID: a did:web whose document lists it.
 */
ALLOD_MUST_USE
AllodError *allod_signer_acting_as(const AllodSigner *signer,
                                   const char *did,
                                   size_t did_len,
                                   AllodSigner **out);

/**
 * Whom it signs for.
 */
ALLOD_MUST_USE AllodError *allod_signer_did(const AllodSigner *signer, AllodBytes **out);

/**
 * Frees a signer. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_signer_free(AllodSigner *signer);

/**
 * A store in memory, which is gone when nothing uses it any more.
 */
ALLOD_MUST_USE AllodError *allod_store_memory(AllodStore **out);

/**
 * Makes a store in a new file: ALLOD_STORE_ALREADY_THERE where there is one.
 */
ALLOD_MUST_USE AllodError *allod_store_create(const char *path, size_t path_len, AllodStore **out);

/**
 * Opens a store in a file, and checks all of it: ALLOD_STORE_NOT_THERE where there is none, ALLOD_STORE_IN_USE while another
 * process has it open.
 */
ALLOD_MUST_USE
AllodError *allod_store_open(const char *path,
                             size_t path_len,
                             AllodStore **out);

/**
 * Opens a store in a file, or makes it.
 */
ALLOD_MUST_USE AllodError *allod_store_open_or_create(const char *path, size_t path_len, AllodStore **out);

/**
 * Writes a copy of a store in a file to a new file, while it is in use. A store in memory has no file: an error.
 */
ALLOD_MUST_USE
AllodError *allod_store_backup(const AllodStore *store,
                               const char *path,
                               size_t path_len);

/**
 * Keeps a delegation, whose signature is checked. `options` is {documents}, or NULL with the length 0. `is_new`, which may be NULL, says whether
 * it was not known before.
 */
ALLOD_MUST_USE
AllodError *allod_store_put_delegation(const AllodStore *store,
                                       const AllodToken *token,
                                       const void *options,
                                       size_t options_len,
                                       bool *is_new);

/**
 * The delegation of that CID; NULL where it is not there.
 */
ALLOD_MUST_USE
AllodError *allod_store_delegation(const AllodStore *store,
                                   const char *cid,
                                   size_t cid_len,
                                   AllodToken **out);

/**
 * Delegations, as a map {delegations, next}, of tokens and of where the next part begins, null at the end. The query is {to} or {by}, a DID, with {about: a DID,
 * or "powerlines"}, {after: what `next` said}, and {most}, 256 if absent.
 */
ALLOD_MUST_USE
AllodError *allod_store_delegations(const AllodStore *store,
                                    const void *query,
                                    size_t query_len,
                                    uint32_t format,
                                    AllodBytes **out);

/**
 * Forgets a delegation. `was_there` may be NULL.
 */
ALLOD_MUST_USE
AllodError *allod_store_remove_delegation(const AllodStore *store,
                                          const char *cid,
                                          size_t cid_len,
                                          bool *was_there);

/**
 * Whether that DID is known to have revoked the delegation.
 */
ALLOD_MUST_USE
AllodError *allod_store_is_revoked(const AllodStore *store,
                                   const char *delegation,
                                   size_t delegation_len,
                                   const char *by,
                                   size_t by_len,
                                   bool *out);

/**
 * The revocations that are kept, with the delegations that prove them, as a container for others to take up: a part of them from `after` on, NULL
 * with the length 0 for the beginning. `out` is NULL where there are none. `next` is where the next part begins, NULL at
 * the end.
 */
ALLOD_MUST_USE
AllodError *allod_store_export_revocations(const AllodStore *store,
                                           const void *after,
                                           size_t after_len,
                                           AllodContainer **out,
                                           AllodBytes **next);

/**
 * When revocations were last brought up to date, in seconds since 1970; `is_known` says whether they ever were.
 */
ALLOD_MUST_USE
AllodError *allod_store_synced_at(const AllodStore *store,
                                  bool *is_known,
                                  int64_t *at);

/**
 * Says that revocations are up to date as of that time: after a sync with a source that knows of them all.
 */
ALLOD_MUST_USE AllodError *allod_store_set_synced_at(const AllodStore *store, int64_t at);

/**
 * The names that people gave to DIDs, sorted, as a list of maps {name, did}.
 */
ALLOD_MUST_USE AllodError *allod_store_names(const AllodStore *store, uint32_t format, AllodBytes **out);

/**
 * Calls a DID by a name; NULL with the length 0 forgets the name.
 */
ALLOD_MUST_USE
AllodError *allod_store_set_name(const AllodStore *store,
                                 const char *name,
                                 size_t name_len,
                                 const char *did,
                                 size_t did_len);

/**
 * At most `most` receipts of a task by one issuer, as a list of tokens.
 */
ALLOD_MUST_USE
AllodError *allod_store_receipts(const AllodStore *store,
                                 const char *task,
                                 size_t task_len,
                                 const char *issuer,
                                 size_t issuer_len,
                                 size_t most,
                                 uint32_t format,
                                 AllodBytes **out);

/**
 * The log of decisions of executors that keep one, as a map {entries, next}: of each {at, invocation, issuer, subject, command, verdict, code,
 * chain, arguments}, the arguments as a text of DAG-JSON. The query is {after: what `next` said, most}, or NULL with the length 0.
 */
ALLOD_MUST_USE
AllodError *allod_store_log(const AllodStore *store,
                            const void *query,
                            size_t query_len,
                            uint32_t format,
                            AllodBytes **out);

/**
 * Forgets what ended before `time`: delegations and receipts, and the revocations of delegations that ended an hour before that, so
 * that no clock that is a little behind allows what was revoked. A map {delegations, revocations, receipts} says how many. Where
 * executors use the store, allod_executor_sweep goes by the latest time that they saw, and is safe where a clock is set back.
 */
ALLOD_MUST_USE
AllodError *allod_store_sweep(const AllodStore *store,
                              int64_t time,
                              uint32_t format,
                              AllodBytes **out);

/**
 * Sets the latest time that executors saw, also back: where the clock was ahead, and everything since has been refused with
 * ALLOD_CLOCK_SET_BACK. What was forgotten while it was ahead can be executed a second time.
 */
ALLOD_MUST_USE
AllodError *allod_store_danger_set_latest_time(const AllodStore *store,
                                               int64_t time);

/**
 * Frees a store. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_store_free(AllodStore *store);

/**
 * Reads a token of any kind: its bytes in DAG-CBOR, as they came.
 */
ALLOD_MUST_USE AllodError *allod_token_parse(const void *token, size_t token_len, AllodToken **out);

/**
 * What it is: one of ALLOD_KIND_DELEGATION, ALLOD_KIND_INVOCATION, ALLOD_KIND_RECEIPT and ALLOD_KIND_REVOCATION.
 */
ALLOD_MUST_USE
AllodError *allod_token_kind(const AllodToken *token,
                             uint32_t *out);

/**
 * Its bytes.
 */
ALLOD_MUST_USE AllodError *allod_token_bytes(const AllodToken *token, AllodBytes **out);

/**
 * Its CID, in base58btc.
 */
ALLOD_MUST_USE AllodError *allod_token_cid(const AllodToken *token, AllodBytes **out);

/**
 * What it claims, as a map. Of a delegation: {kind, cid, issuer, audience, subject, command, policy, notBefore, expires, nonce, meta},
 * with null as the subject of a powerline. Of an invocation: {kind, cid, task, issuer, subject, audience, command,
 * arguments, proofs, notBefore, expires, issuedAt, cause, nonce, meta}. A receipt also has {ran, ok or error}, a revocation
 * {revoke, path}. The signature need not be genuine: see allod_token_verify.
 */
ALLOD_MUST_USE
AllodError *allod_token_claims(const AllodToken *token,
                               uint32_t format,
                               AllodBytes **out);

/**
 * Checks its signature: NULL where it is its issuer's. `options` is {documents}, or NULL with the length 0: pairs of a DID that needs a
 * document, and the text of that.
 */
ALLOD_MUST_USE
AllodError *allod_token_verify(const AllodToken *token,
                               const void *options,
                               size_t options_len);

/**
 * Frees a token. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_token_free(AllodToken *token);

/**
 * What the issuer has to sign. ECDSA signers hash it with SHA-256; Ed25519 takes it as it is.
 */
ALLOD_MUST_USE AllodError *allod_unsigned_bytes(const AllodUnsigned *unsigned_, AllodBytes **out);

/**
 * Finishes the token with a signature: 64 raw bytes, or for ECDSA also DER, with a high or low s. It is brought to its one
 * spelling, and checked: ALLOD_BAD_SIGNATURE for one that is not the issuer's. The unsigned token can be used again.
 */
ALLOD_MUST_USE
AllodError *allod_unsigned_attach(const AllodUnsigned *unsigned_,
                                  const void *signature,
                                  size_t signature_len,
                                  AllodToken **out);

/**
 * Frees an unsigned token. Returns whether it was there: false for one that was freed before. NULL is allowed.
 */
bool allod_unsigned_free(AllodUnsigned *unsigned_);

/**
 * A map or list, in DAG-JSON or DAG-CBOR, in the other form or the same. An error for what is not strictly either.
 */
ALLOD_MUST_USE
AllodError *allod_value_convert(const void *value,
                                size_t value_len,
                                uint32_t format,
                                AllodBytes **out);

/**
 * Whether a command covers another: is the same, or stands above it. An error for what is no command.
 */
ALLOD_MUST_USE
AllodError *allod_command_covers(const char *command,
                                 size_t command_len,
                                 const char *other,
                                 size_t other_len,
                                 bool *out);

/**
 * The CID of a token's bytes, in base58btc.
 */
ALLOD_MUST_USE AllodError *allod_cid_of(const void *token, size_t token_len, AllodBytes **out);

/**
 * A token's CID, as text in any base, in base58btc. An error for what is none.
 */
ALLOD_MUST_USE AllodError *allod_cid_read(const char *cid, size_t cid_len, AllodBytes **out);

/**
 * The version of the ABI of this library.
 */
uint32_t allod_abi_version(void);

/**
 * The version of this library, as "1.2.3". It is there for ever.
 */
const char *allod_version(void);

/**
 * How many handles are alive, errors and bytes among them: 0 once everything was freed. For tests that look for leaks.
 */
size_t allod_live_handles(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ALLOD_H */
