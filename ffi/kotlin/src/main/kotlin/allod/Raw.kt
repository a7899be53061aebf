package allod

import com.sun.jna.IntegerType
import com.sun.jna.Native
import com.sun.jna.Pointer

/** `size_t`, which has 32 bits on some phones. */
internal class SizeT(value: Long) : IntegerType(Native.SIZE_T_SIZE, value, true) {
    // JNA makes them so.
    @Suppress("unused")
    constructor() : this(0)

    override fun toByte(): Byte = toInt().toByte()

    override fun toShort(): Short = toInt().toShort()
}

/**
 * The functions of allod.h, one to one. A test holds the list against the header.
 *
 * What C calls `bool` is a byte here: JNA takes its own booleans for 32 bits, of which C leaves 24 as they happen to be, so
 * that a "no" could be read as a "yes". Places for results are arrays of one element: JNA copies them back, and no memory has to be
 * freed. A handle takes up the lower half of one where pointers have 32 bits, as all such phones are little-endian.
 */
@Suppress("FunctionName", "LongParameterList", "TooManyFunctions")
internal object Raw {
    private const val ABI_VERSION = 1

    init {
        val library = Place.library()
        // Asked before anything is bound: of another version, functions may be missing.
        val found = library.getFunction("allod_abi_version").invokeInt(emptyArray())
        if (found != ABI_VERSION) {
            throw LinkageError("liballod_ffi has version $found of the ABI, and version $ABI_VERSION is needed")
        }
        Native.register(Raw::class.java, library)
    }

    @JvmStatic external fun allod_agent_new(
        signer: Pointer?, store: Pointer?, options: ByteArray?, optionsLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_did(agent: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_agent_grant(
        agent: Pointer?, delegation: ByteArray?, delegationLen: SizeT, now: Long, token: LongArray?,
        container: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_invoke(
        agent: Pointer?, invocation: ByteArray?, invocationLen: SizeT, now: Long, token: LongArray?,
        container: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_revoke(
        agent: Pointer?, delegation: ByteArray?, delegationLen: SizeT, now: Long, token: LongArray?,
        container: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_receive(
        agent: Pointer?, container: Pointer?, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_link_device(
        agent: Pointer?, link: ByteArray?, linkLen: SizeT, now: Long, container: LongArray?, isComplete: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_delegations(agent: Pointer?, now: Long, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_agent_find_chain(
        agent: Pointer?, goal: ByteArray?, goalLen: SizeT, now: Long, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_agent_free(agent: Pointer?): Byte
    @JvmStatic external fun allod_authorizer_new(
        executor: ByteArray?, executorLen: SizeT, options: ByteArray?, optionsLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_authorizer_decide(
        authorizer: Pointer?, container: ByteArray?, containerLen: SizeT, named: ByteArray?, namedLen: SizeT,
        evidence: Pointer?, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_authorizer_decide_invocation(
        authorizer: Pointer?, invocation: ByteArray?, invocationLen: SizeT, evidence: Pointer?, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_authorizer_needs(
        authorizer: Pointer?, container: ByteArray?, containerLen: SizeT, named: ByteArray?, namedLen: SizeT,
        evidence: Pointer?, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_authorizer_free(authorizer: Pointer?): Byte
    @JvmStatic external fun allod_bytes_data(bytes: Pointer?): Pointer?
    @JvmStatic external fun allod_bytes_len(bytes: Pointer?): SizeT
    @JvmStatic external fun allod_bytes_free(bytes: Pointer?): Byte
    @JvmStatic external fun allod_container_read(container: ByteArray?, containerLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_of(tokens: Pointer?, count: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_write(container: Pointer?, encoding: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_len(container: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_token(container: Pointer?, index: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_contents(container: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_container_free(container: Pointer?): Byte
    @JvmStatic external fun allod_decision_is_allowed(decision: Pointer?): Byte
    @JvmStatic external fun allod_decision_code(decision: Pointer?): Int
    @JvmStatic external fun allod_decision_write(decision: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_decision_public(decision: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_decision_message(decision: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_decision_remedy(decision: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_decision_arguments(decision: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_decision_free(decision: Pointer?): Byte
    @JvmStatic external fun allod_did_read(did: ByteArray?, didLen: SizeT, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_did_of_key(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_did_document(did: ByteArray?, didLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_error_number(error: Pointer?): Int
    @JvmStatic external fun allod_error_name(error: Pointer?): Pointer?
    @JvmStatic external fun allod_error_message(error: Pointer?): Pointer?
    @JvmStatic external fun allod_error_remedy(error: Pointer?): Pointer?
    @JvmStatic external fun allod_error_free(error: Pointer?): Byte
    @JvmStatic external fun allod_evidence_new(
        facts: ByteArray?, factsLen: SizeT, store: Pointer?, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_evidence_free(evidence: Pointer?): Byte
    @JvmStatic external fun allod_execution_outcome(execution: Pointer?, out: IntArray?): Pointer?
    @JvmStatic external fun allod_execution_receipt(execution: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_execution_write(execution: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_execution_free(execution: Pointer?): Byte
    @JvmStatic external fun allod_reply_ok(reply: Pointer?, result: ByteArray?, resultLen: SizeT): Pointer?
    @JvmStatic external fun allod_reply_error(reply: Pointer?, reason: ByteArray?, reasonLen: SizeT): Pointer?
    @JvmStatic external fun allod_executor_new(
        signer: Pointer?, store: Pointer?, options: ByteArray?, optionsLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_executor_handle(
        executor: Pointer?, command: ByteArray?, commandLen: SizeT, flags: Int, format: Int, handle: Pointer?,
        context: Pointer?, drop: Pointer?,
    ): Pointer?
    @JvmStatic external fun allod_executor_did(executor: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_executor_execute(
        executor: Pointer?, container: ByteArray?, containerLen: SizeT, now: Long, options: ByteArray?,
        optionsLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_executor_take_up_revocations(
        executor: Pointer?, container: Pointer?, options: ByteArray?, optionsLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_executor_sweep(executor: Pointer?, count: LongArray?): Pointer?
    @JvmStatic external fun allod_executor_free(executor: Pointer?): Byte
    @JvmStatic external fun allod_key_generate(algorithm: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_from_seed(
        algorithm: Int, seed: Pointer?, seedLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_key_from_jwk(jwk: Pointer?, jwkLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_from_pkcs8(der: Pointer?, derLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_from_pem(pem: Pointer?, pemLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_danger_export_seed(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_danger_export_jwk(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_danger_export_pkcs8(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_did(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_algorithm(key: Pointer?, out: IntArray?): Pointer?
    @JvmStatic external fun allod_key_public(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_key_sign(
        key: Pointer?, message: ByteArray?, messageLen: SizeT, signature: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_public_key_verify(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, message: ByteArray?, messageLen: SizeT,
        signature: ByteArray?, signatureLen: SizeT,
    ): Pointer?
    @JvmStatic external fun allod_key_free(key: Pointer?): Byte
    @JvmStatic external fun allod_delegation_sign(
        signer: Pointer?, delegation: ByteArray?, delegationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_delegation_to_sign(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, issuer: ByteArray?, issuerLen: SizeT,
        delegation: ByteArray?, delegationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_invocation_sign(
        signer: Pointer?, invocation: ByteArray?, invocationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_invocation_to_sign(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, issuer: ByteArray?, issuerLen: SizeT,
        invocation: ByteArray?, invocationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_revocation_sign(
        signer: Pointer?, revocation: ByteArray?, revocationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_revocation_to_sign(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, issuer: ByteArray?, issuerLen: SizeT,
        revocation: ByteArray?, revocationLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_receipt_sign(
        signer: Pointer?, receipt: ByteArray?, receiptLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_receipt_to_sign(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, issuer: ByteArray?, issuerLen: SizeT,
        receipt: ByteArray?, receiptLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_delegation_lints(
        delegation: ByteArray?, delegationLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_policy_words(
        policy: ByteArray?, policyLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_policy_evaluate(
        policy: ByteArray?, policyLen: SizeT, arguments: ByteArray?, argumentsLen: SizeT, format: Int,
        out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_signer_from_key(key: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_signer_new(
        algorithm: Int, publicKey: ByteArray?, publicKeyLen: SizeT, did: ByteArray?, didLen: SizeT, sign: Pointer?,
        context: Pointer?, drop: Pointer?, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_signer_acting_as(
        signer: Pointer?, did: ByteArray?, didLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_signer_did(signer: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_signer_free(signer: Pointer?): Byte
    @JvmStatic external fun allod_store_memory(out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_create(path: ByteArray?, pathLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_open(path: ByteArray?, pathLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_open_or_create(path: ByteArray?, pathLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_backup(store: Pointer?, path: ByteArray?, pathLen: SizeT): Pointer?
    @JvmStatic external fun allod_store_put_delegation(
        store: Pointer?, token: Pointer?, options: ByteArray?, optionsLen: SizeT, isNew: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_delegation(
        store: Pointer?, cid: ByteArray?, cidLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_delegations(
        store: Pointer?, query: ByteArray?, queryLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_remove_delegation(
        store: Pointer?, cid: ByteArray?, cidLen: SizeT, wasThere: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_is_revoked(
        store: Pointer?, delegation: ByteArray?, delegationLen: SizeT, by: ByteArray?, byLen: SizeT, out: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_export_revocations(
        store: Pointer?, after: ByteArray?, afterLen: SizeT, out: LongArray?, next: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_synced_at(store: Pointer?, isKnown: ByteArray?, at: LongArray?): Pointer?
    @JvmStatic external fun allod_store_set_synced_at(store: Pointer?, at: Long): Pointer?
    @JvmStatic external fun allod_store_names(store: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_set_name(
        store: Pointer?, name: ByteArray?, nameLen: SizeT, did: ByteArray?, didLen: SizeT,
    ): Pointer?
    @JvmStatic external fun allod_store_receipts(
        store: Pointer?, task: ByteArray?, taskLen: SizeT, issuer: ByteArray?, issuerLen: SizeT, most: SizeT,
        format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_log(
        store: Pointer?, query: ByteArray?, queryLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_store_sweep(store: Pointer?, time: Long, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_store_danger_set_latest_time(store: Pointer?, time: Long): Pointer?
    @JvmStatic external fun allod_store_free(store: Pointer?): Byte
    @JvmStatic external fun allod_token_parse(token: ByteArray?, tokenLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_token_kind(token: Pointer?, out: IntArray?): Pointer?
    @JvmStatic external fun allod_token_bytes(token: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_token_cid(token: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_token_claims(token: Pointer?, format: Int, out: LongArray?): Pointer?
    @JvmStatic external fun allod_token_verify(token: Pointer?, options: ByteArray?, optionsLen: SizeT): Pointer?
    @JvmStatic external fun allod_token_free(token: Pointer?): Byte
    @JvmStatic external fun allod_unsigned_bytes(unsigned: Pointer?, out: LongArray?): Pointer?
    @JvmStatic external fun allod_unsigned_attach(
        unsigned: Pointer?, signature: ByteArray?, signatureLen: SizeT, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_unsigned_free(unsigned: Pointer?): Byte
    @JvmStatic external fun allod_value_convert(
        value: ByteArray?, valueLen: SizeT, format: Int, out: LongArray?,
    ): Pointer?
    @JvmStatic external fun allod_command_covers(
        command: ByteArray?, commandLen: SizeT, other: ByteArray?, otherLen: SizeT, out: ByteArray?,
    ): Pointer?
    @JvmStatic external fun allod_cid_of(token: ByteArray?, tokenLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_cid_read(cid: ByteArray?, cidLen: SizeT, out: LongArray?): Pointer?
    @JvmStatic external fun allod_abi_version(): Int
    @JvmStatic external fun allod_version(): Pointer?
    @JvmStatic external fun allod_live_handles(): SizeT
}
