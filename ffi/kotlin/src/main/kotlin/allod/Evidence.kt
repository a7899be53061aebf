package allod

/**
 * What a decision rests on besides the request: {now, tolerance, documents, tokens, revoked, unavailable, revocations, syncedAt,
 * receipts, tasks, trusted, dangerWithoutRevocations}, and a store that knows of revocations.
 *
 * `tolerance` is how many seconds clocks may differ, 60 if absent. What is known of revocations has to be said: by a store, or by
 * `revoked` (pairs of a delegation's CID and who revoked it) or `revocations` (tokens), which may be empty lists, or, by
 * `dangerWithoutRevocations` as true, not at all. `unavailable` are pairs of which nobody can tell. `tokens` (delegations), `receipts` and
 * `tasks` (invocations) are lists of tokens, as bytes, besides those that come with the request; `documents` are pairs of a DID and
 * its document; `trusted` are the DIDs whose receipts count. `syncedAt` is when what is known of revocations was last brought up to date; that
 * of the store, if absent.
 *
 * The time stands still in it: evidence is made for one decision, or a few at the same moment. One that is kept allows what has
 * expired since.
 */
class Evidence @JvmOverloads constructor(facts: Map<String, Any?>, store: Store? = null) :
    Handle(open(facts, store), Raw::allod_evidence_free) {
    private companion object {
        fun open(facts: Map<String, Any?>, store: Store?) = asking(facts).let { asked ->
            lendMaybe(store) { known -> made { Raw.allod_evidence_new(asked.bytes, asked.size, known, it) } }
        }
    }
}
