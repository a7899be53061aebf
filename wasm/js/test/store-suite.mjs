// What every store promises, as tests/tests/stores.rs has it for Rust: one suite, run over whatever keeps things, in Node and in
// the browser. Each case gets an empty store.

import { ALICE, BOB, CAROL, MALLORY, forge, rejects, same } from './store-forge.mjs'

export function suite(allod) {
  const { grant, revocation, receipt, cids, key } = forge(allod)
  const [alice, bob, carol, mallory] = [ALICE, BOB, CAROL, MALLORY].map((name) => key(name).did)
  const to = (did, about) => ({ end: { to: did }, about })
  const by = (did, about) => ({ end: { by: did }, about })

  /** All parts of a listing, in parts of this size, each no larger. */
  async function parts(list, most) {
    const found = []
    let after
    do {
      const { items, next } = await list({ after, most })
      if (items.length > most) throw new Error(`${items.length} in a part of ${most}`)
      found.push(...items)
      after = next
    } while (after !== undefined)
    return found
  }
  const all = async (store, query, most) => cids(await parts((options) => store.delegations(query, options), most))
  const revocations = async (store, most) =>
    (await parts((options) => store.revocations(options), most)).map(({ revocation }) => `${revocation.revoked} ${revocation.subject}`)
  /** Unending ones before all, then the latest end; the CID decides between equals. */
  const place = ({ expires }) => (expires === null ? -Infinity : -expires)
  const ordered = (tokens) =>
    cids([...tokens].sort((one, other) => place(one) - place(other) || (String(one.cid) < String(other.cid) ? -1 : 1)))

  return {
    async 'delegations come back once each'(store) {
      const tokens = await Promise.all([0, 1, 2, 3, 4].map((nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
      same(await store.putDelegations(tokens.slice(0, 3)), 3)
      same(await store.putDelegations(tokens), 2, 'three were known')
      same(await store.putDelegations([tokens[0], tokens[0]]), 0)
      const twice = await grant(ALICE, CAROL, ALICE, null, 9)
      same(await store.putDelegations([twice, twice]), 1, 'one, said twice')
      same(await store.putDelegations([]), 0)
      for (const token of tokens) {
        const kept = await store.delegation(token.cid)
        same([...kept.bytes], [...token.bytes])
        kept.verify()
        same(String((await store.delegation(String(token.cid))).cid), String(token.cid), 'by the text of its CID')
      }
      same(await store.delegation(allod.Cid.of(new Uint8Array([1]))), undefined)
      same(await store.removeDelegation(tokens[1].cid), true)
      same(await store.removeDelegation(tokens[1].cid), false)
      same(await store.delegation(tokens[1].cid), undefined)
      same((await all(store, to(bob, 'anyone'), 10)).length, 4)
      same(await store.putDelegations(tokens), 1, 'what was forgotten can come again')
    },

    async 'what is handed in can be changed meanwhile'(store) {
      const [token, other] = [await grant(ALICE, BOB, ALICE, 100, 0), await grant(ALICE, BOB, ALICE, 100, 1)]
      const [tokens, named, quota] = [[token], [token], { each: 0, all: 9 }]
      const pairs = [{ delegation: token.cid, by: alice }]
      const kept = { revocation: await revocation(token, ALICE), delegations: named }
      const calls = [store.putDelegations(tokens), store.putRevocation(kept, quota), store.putRevocation(kept), store.areRevoked(pairs)]
      tokens[0] = named[0] = other
      quota.each = 9
      pairs[0].by = bob
      same(await Promise.all(calls), [1, 'over-quota', 'new', [true]])
      same(await all(store, to(bob, 'anyone'), 9), cids([token]))
      same(cids((await store.revocations()).items[0].delegations), cids([token]))
    },

    async 'listings have the latest end first'(store) {
      const ends = [300, null, -7, 100, 0, 100, null, 4_294_967_295]
      const tokens = await Promise.all(ends.map((end, nonce) => grant(ALICE, BOB, ALICE, end, nonce)))
      const powerline = await grant(ALICE, BOB, null, 50, 0)
      const ofCarol = await grant(ALICE, BOB, CAROL, 10, 0)
      const toCarol = await grant(ALICE, CAROL, ALICE, null, 0)
      const byCarol = await grant(CAROL, BOB, ALICE, null, 0)
      await store.putDelegations(tokens)
      await store.putDelegations([powerline, ofCarol, toCarol, byCarol])
      const [fromAlice, toBob] = [ordered(tokens), ordered([...tokens, byCarol])]
      for (const most of [1, 2, 3, 100]) {
        same(await all(store, to(bob, { subject: alice }), most), toBob, `in parts of ${most}`)
        const given = await all(store, by(alice, { subject: alice }), most)
        same(given.filter((cid) => cid !== String(toCarol.cid)), fromAlice, `in parts of ${most}`)
        same(await all(store, to(bob, 'powerlines'), most), cids([powerline]))
        same(await all(store, by(alice, 'powerlines'), most), cids([powerline]))
        same(await all(store, to(bob, { subject: carol }), most), cids([ofCarol]))
        same(await all(store, by(carol, 'anyone'), most), cids([byCarol]))
        same(await all(store, to(mallory, 'anyone'), most), [])
        same(await all(store, to(bob, { subject: mallory }), most), [])
        const anyone = await all(store, to(bob, 'anyone'), most)
        same(anyone, await all(store, to(bob, 'anyone'), 7), 'in an order that stays the same')
        same(new Set(anyone).size, tokens.length + 3, 'powerlines as well')
      }
    },

    async 'a page holds a hundred if nothing is said'(store) {
      const tokens = await Promise.all(Array.from({ length: 101 }, (_, nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
      await store.putDelegations(tokens)
      const { items, next } = await store.delegations(to(bob, 'anyone'))
      same([items.length, typeof next], [100, 'string'])
      same((await store.delegations(to(bob, 'anyone'), { after: next })).items.length, 1)
      same('next' in (await store.delegations(to(bob, 'anyone'), { most: 101 })), false, 'nothing comes after the last')
    },

    async 'a cursor survives what it points at'(store) {
      const tokens = await Promise.all([0, 1, 2, 3, 4, 5].map((nonce) => grant(ALICE, BOB, ALICE, 600 - nonce, nonce)))
      for (const query of [to(bob, { subject: alice }), by(alice, 'anyone')]) {
        await store.putDelegations(tokens)
        const { next } = await store.delegations(query, { most: 2 })
        for (const token of tokens.slice(0, 3)) await store.removeDelegation(token.cid)
        const rest = await store.delegations(query, { after: next, most: 10 })
        same([cids(rest.items), rest.next], [cids(tokens.slice(3)), undefined])
        // One that came meanwhile and stands before it is not seen, one after it is.
        const late = await grant(ALICE, BOB, ALICE, 590, 77)
        const early = await grant(ALICE, BOB, ALICE, 9999, 78)
        await store.putDelegations([late, early])
        const { items } = await store.delegations(query, { after: next, most: 10 })
        same([items.length, String(items.at(-1).cid)], [4, String(late.cid)])
        await store.removeDelegation(late.cid)
        await store.removeDelegation(early.cid)
      }
    },

    async 'a cursor is good for its own listing alone'(store) {
      const tokens = await Promise.all([0, 1, 2].map((nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
      await store.putDelegations(tokens)
      for (const token of tokens) await store.putRevocation({ revocation: await revocation(token, ALICE), delegations: [] })
      const { next } = await store.delegations(to(bob, { subject: alice }), { most: 1 })
      const revoked = (await store.revocations({ most: 1 })).next
      const queries = [to(carol, { subject: alice }), to(bob, { subject: carol }), to(bob, 'powerlines'), by(bob, { subject: alice })]
      for (const query of queries) await rejects(store.delegations(query, { after: next }), 'StoreError', 'bad-cursor')
      for (const after of ['', ' ', 'not a cursor', revoked, `${next} `, `${next} x`, next.replace('-100', 'NaN')]) {
        await rejects(store.delegations(to(bob, { subject: alice }), { after }), 'StoreError', 'bad-cursor')
      }
      for (const after of ['', ' ', 'not a cursor', next, `${revoked} `]) {
        await rejects(store.revocations({ after }), 'StoreError', 'bad-cursor')
      }
    },

    async 'delegations are swept when they have ended'(store) {
      const tokens = await Promise.all([99, 100, 101, null, -5].map((end, nonce) => grant(ALICE, BOB, ALICE, end, nonce)))
      await store.putDelegations(tokens)
      same(await store.sweep(100), { delegations: 2, revocations: 0, receipts: 0 })
      same(await store.sweep(new Date(100_999)), { delegations: 0, revocations: 0, receipts: 0 }, 'the same second')
      same(await store.delegation(tokens[0].cid), undefined)
      same(cids([await store.delegation(tokens[1].cid)]), cids([tokens[1]]), 'in its last second')
      same(await all(store, to(bob, 'anyone'), 2), cids([tokens[3], tokens[2], tokens[1]]))
      same((await store.sweep(253_402_300_799)).delegations, 2)
      same(await all(store, by(alice, 'anyone'), 2), cids([tokens[3]]), 'the unending one is left')
    },

    async 'revocations count for their subject alone'(store) {
      const [token, other] = [await grant(ALICE, BOB, ALICE, null, 0), await grant(ALICE, BOB, ALICE, null, 1)]
      const revoked = (...pairs) => store.areRevoked(pairs.map(([delegation, by]) => ({ delegation: delegation.cid, by })))
      same(await revoked([token, alice]), [false])
      const spurious = { revocation: await revocation(token, MALLORY), delegations: [] }
      same(await store.putRevocation(spurious, { each: 9, all: 9 }), 'new')
      same(await revoked([token, alice]), [false], "another's revokes nothing of hers")
      const real = { revocation: await revocation(token, ALICE), delegations: [token] }
      same(await store.putRevocation(real), 'new', 'and hides nothing')
      same(await store.putRevocation(real), 'known')
      same(await store.putRevocation({ revocation: await revocation(token, ALICE), delegations: [] }), 'known', 'signed anew')
      same(await revoked([token, alice], [token, mallory], [other, alice], [token, bob]), [true, true, false, false])
      same(await store.areRevoked([{ delegation: String(token.cid), by: alice }]), [true], 'by the text of its CID')
      same(await store.areRevoked([]), [])
      const { items } = await store.revocations()
      same(items.length, 2)
      const kept = items.find(({ revocation }) => revocation.subject === alice)
      same([...kept.revocation.bytes], [...real.revocation.bytes])
      same(cids(kept.delegations), cids([token]), 'with what it takes to judge it elsewhere')
    },

    async 'revocations are listed in parts'(store) {
      const expected = new Set()
      for (let nonce = 0; nonce < 4; nonce++) {
        const token = await grant(ALICE, BOB, ALICE, null, nonce)
        for (const whom of [ALICE, MALLORY, CAROL]) {
          await store.putRevocation({ revocation: await revocation(token, whom), delegations: [] })
          expected.add(`${token.cid} ${key(whom).did}`)
        }
      }
      const listed = await revocations(store, 100)
      same([listed.length, [...listed].sort()], [12, [...expected].sort()])
      for (const most of [1, 2, 5, 12]) same(await revocations(store, most), listed, `in parts of ${most}`)
    },

    async 'quotas are for what nobody asked for'(store) {
      const quota = { each: 2, all: 3 }
      const tokens = await Promise.all([0, 1, 2, 3, 4].map((nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
      const put = async (nonce, whom, limit) =>
        store.putRevocation({ revocation: await revocation(tokens[nonce], whom), delegations: [tokens[nonce]] }, limit)
      same(await put(0, MALLORY, quota), 'new')
      same(await put(1, MALLORY, quota), 'new')
      same(await put(2, MALLORY, quota), 'over-quota', 'two of each')
      same(await put(0, MALLORY, quota), 'known')
      same(await put(0, CAROL, quota), 'new')
      same(await put(1, CAROL, quota), 'over-quota', 'three of all')
      same(await put(0, ALICE), 'new', 'what is wanted always has room')
      same(await put(1, ALICE), 'new')
      same((await revocations(store, 10)).length, 5, 'and nothing was lost for it')
      // One of those that counted is wanted after all: it counts no longer, once.
      same(await put(0, MALLORY), 'known')
      same(await put(0, MALLORY), 'known')
      same(await put(2, MALLORY, quota), 'new')
      same(await put(3, MALLORY, quota), 'over-quota')
      // What is swept makes room.
      same((await store.sweep(3701)).revocations, 6)
      same(await put(3, MALLORY, quota), 'new')
      same(await put(4, MALLORY, quota), 'new')
      same(await put(0, MALLORY, quota), 'over-quota')
      same(await put(0, CAROL, quota), 'new')
      same(await put(1, CAROL, quota), 'over-quota')
      same(await put(1, CAROL, { each: 0, all: 9 }), 'over-quota')
      same(await put(1, BOB, { each: 9, all: 0 }), 'over-quota')
    },

    async 'quotas hold whatever is put at once'(store) {
      const tokens = await Promise.all(Array.from({ length: 20 }, (_, nonce) => grant(ALICE, BOB, ALICE, 100, nonce)))
      const kept = await Promise.all(tokens.map(async (token) => ({ revocation: await revocation(token, MALLORY), delegations: [] })))
      const added = await Promise.all(kept.map((one) => store.putRevocation(one, { each: 7, all: 100 })))
      same([added.filter((it) => it === 'new').length, added.filter((it) => it === 'over-quota').length], [7, 13])
      same((await revocations(store, 100)).length, 7)
    },

    async 'what witnesses revocations goes with the last of them'(store) {
      const shared = await grant(ALICE, BOB, ALICE, null, 0)
      const [soon, later] = [await grant(BOB, CAROL, ALICE, 100, 1), await grant(BOB, CAROL, ALICE, 200, 2)]
      for (const token of [soon, later]) {
        // One may be named twice: as proof, say, and on the path.
        await store.putRevocation({ revocation: await revocation(token, ALICE), delegations: [shared, token, shared] })
      }
      same(await store.delegation(shared.cid), undefined, 'a witness is not held')
      const witnesses = async () => (await store.revocations()).items.map(({ delegations }) => cids(delegations).sort())
      const of = (...tokens) => cids(tokens).sort()
      same((await witnesses()).sort(), [of(shared, soon), of(shared, later)].sort())
      same((await store.sweep(3701)).revocations, 1)
      same(await witnesses(), [of(shared, later)], 'the other still has it')
      same((await store.sweep(3801)).revocations, 1)
      same(await witnesses(), [])
      await store.putRevocation({ revocation: await revocation(soon, ALICE), delegations: [shared] })
      same(await witnesses(), [of(shared)], 'what went can come again')
    },

    async 'revocations of what never ends are never swept'(store) {
      const ends = { ending: 100, unending: null, known: 100, later: 100, unknown: 100 }
      const entries = Object.entries(ends).map(async ([name, end], nonce) => [name, await grant(ALICE, BOB, ALICE, end, nonce)])
      const { ending, unending, known, later, unknown } = Object.fromEntries(await Promise.all(entries))
      const put = async (token, whom, delegations) => store.putRevocation({ revocation: await revocation(token, whom), delegations })
      // An hour longer than delegations, for clocks that differ.
      const swept = async (time) => (await store.sweep(time + 3600)).revocations
      await store.putDelegations([known])
      await put(ending, ALICE, [ending])
      await put(unending, ALICE, [unending])
      await put(known, ALICE, [])
      for (const whom of [ALICE, MALLORY]) {
        await put(later, whom, [])
        await put(unknown, whom, [])
      }
      same(await swept(100), 0, 'in the last second of each')
      same(await swept(101), 2, 'at hand when it came, or known to the store')
      // Whether the delegation itself was forgotten meanwhile does not matter.
      await store.putDelegations([later, unending])
      await store.removeDelegation(later.cid)
      same(await swept(101), 2, 'both of the one that came later')
      same(await swept(253_402_297_199), 0)
      const pairs = [unending, unknown, ending].map(({ cid }) => ({ delegation: cid, by: alice }))
      same(await store.areRevoked(pairs), [true, true, false], 'nobody here knows when the unknown one ends')
    },

    async 'the host says how fresh revocations are'(store) {
      same(await store.syncedAt(), undefined)
      await store.setSyncedAt(100)
      const token = await grant(ALICE, BOB, ALICE, null, 0)
      await store.putRevocation({ revocation: await revocation(token, ALICE), delegations: [] })
      same(await store.syncedAt(), 100, 'what comes in does not refresh it')
      await store.setSyncedAt(new Date(90_700))
      same(await store.syncedAt(), 90, 'as the host says')
    },

    async 'receipts come by CID and by task'(store) {
      const [one, other, third] = [1, 2, 3].map((byte) => allod.Cid.of(new Uint8Array([byte])))
      const kept = [await receipt(one, 1, 100), await receipt(one, 2, null), await receipt(other, 1, 99)]
      for (const it of kept) {
        same(await store.putReceipt(it), true)
        same(await store.putReceipt(it), false)
      }
      same([...(await store.receipt(kept[0].cid)).bytes], [...kept[0].bytes])
      same(await store.receipt(one), undefined)
      const of = async (task, most) => cids(await store.receiptsOf(task, alice, most)).sort()
      same(await of(one, 9), cids([kept[0], kept[1]]).sort())
      same((await of(one, 1)).length, 1)
      // Those of strangers stand apart.
      const strange = await receipt(one, 3, null, BOB)
      same(await store.putReceipt(strange), true)
      same(await of(one), cids([kept[0], kept[1]]).sort())
      same(cids(await store.receiptsOf(String(one), bob, 9)), cids([strange]))
      same(await of(other), cids([kept[2]]))
      same(await of(third), [])
      same((await store.sweep(100)).receipts, 1)
      same(await of(other), [])
      same((await store.sweep(253_402_300_799)).receipts, 1)
      same(await of(one), cids([kept[1]]), 'what is upheld for ever stays')
    },

    async 'names are one each'(store) {
      await store.setName('carol', carol)
      await store.setName('bob', alice)
      await store.setName('bob', bob)
      await store.setName('bobby', bob)
      await store.setName('', 'did:web:example.com')
      await store.setName('nobody', undefined)
      await store.setName('carol', undefined)
      await store.setName('a b\n\u0000', alice)
      same([...(await store.names())], [['', 'did:web:example.com'], ['a b\n\u0000', alice], ['bob', bob], ['bobby', bob]])
    },

    async 'whatever is handed in, it is looked at first'(store) {
      const token = await grant(ALICE, BOB, ALICE, 100, 0)
      const revoking = await revocation(token, ALICE)
      const wrong = [
        ['putDelegations', undefined], ['putDelegations', token], ['putDelegations', [token, revoking]], ['putDelegations', [null]],
        ['delegation', undefined], ['delegation', {}], ['delegation', 7],
        ['delegations', undefined], ['delegations', {}], ['delegations', { end: {}, about: 'anyone' }],
        ['delegations', { end: { to: 'bob' }, about: 'anyone' }], ['delegations', to(bob, 'everyone')], ['delegations', to(bob, null)],
        ['delegations', to(bob, undefined)], ['delegations', to(bob, { subject: 'alice' })], ['delegations', to(bob, 'anyone'), null],
        ...[0, -1, 1.5, NaN, '9', null].map((most) => ['delegations', to(bob, 'anyone'), { most }]),
        ['delegations', to(bob, 'anyone'), { after: 7 }], ['removeDelegation', null],
        ['putRevocation', revoking], ['putRevocation', { revocation: token, delegations: [] }], ['putRevocation', { revocation: revoking }],
        ['putRevocation', { revocation: revoking, delegations: [revoking] }],
        ...[null, 9, {}, { each: 1 }, { each: -1, all: 1 }, { each: NaN, all: 1 }, { each: '1', all: 1 }].map((quota) => [
          'putRevocation', { revocation: revoking, delegations: [] }, quota,
        ]),
        ['areRevoked', undefined], ['areRevoked', [{}]], ['areRevoked', [null]], ['areRevoked', [{ delegation: token.cid }]],
        ['revocations', null], ['revocations', { most: 0 }], ['putReceipt', token], ['putReceipt', undefined], ['receipt', undefined],
        ['receiptsOf', undefined, alice], ['receiptsOf', token.cid, undefined], ['receiptsOf', token.cid, alice, 0],
        ['setSyncedAt', undefined], ['setSyncedAt', 1.5], ['setSyncedAt', new Date(NaN)], ['setName', 7, alice], ['setName', 'alice', 7],
        ['sweep', undefined], ['sweep', '100'],
      ]
      for (const [method, ...handed] of wrong) {
        await rejects(store[method](...handed), 'ArgumentError', 'bad-argument', `${method}(${handed})`)
      }
      await rejects(store.setName('alice', 'alice'), 'DidError', 'malformed')
      await rejects(store.delegation('alice'), 'ValueError', 'malformed')
      same([await all(store, to(bob, 'anyone'), 9), await revocations(store, 9), [...(await store.names())]], [[], [], []], 'and nothing is kept')
    },
  }
}
