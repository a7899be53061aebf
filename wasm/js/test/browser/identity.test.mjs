// An identity in a browser from its beginning: its key is made there and never leaves, it grants, invokes, is verified and takes
// back; without a network, and after a restart. What it makes is decided in Node as well, and by the Rust program where it is built.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as allod from '../../../../target/npm/package/dist/node.mjs'
import { openSite, tab } from './store-pages.mjs'

const cli = process.env.ALLOD_BIN_ALLOD ?? join(fileURLToPath(new URL('../../../..', import.meta.url)), 'target/debug/allod')

let site
let context
before(async () => {
  site = await openSite()
  context = await site.browser()
})
after(async () => {
  await context?.close()
  await site?.close()
})

/** In a page, `someone(name, algorithm)` is who has that key in this browser, and that store. */
const introduce = () => {
  globalThis.someone = async (name, algorithm) => {
    const keys = await allod.KeyStore.open('identities')
    const signer = await keys.generate(name, algorithm && { algorithm })
    if (!keys.persistent || signer.keyPair.privateKey.extractable) throw new Error('not as it has to be')
    return new allod.Agent({ signer, store: await allod.IndexedDbStore.open(`store of ${name}`) })
  }
}

async function page(offline = true) {
  await context.setOffline(false)
  const made = await tab(context, site.url)
  await made.evaluate(introduce)
  // All that is needed is there now.
  await context.setOffline(offline)
  return made
}

function decided(request, executor, options) {
  const bytes = Uint8Array.from(request)
  const here = new allod.Authorizer({ executor, subjects: 'itself' }).decide(bytes, { revocations: [], ...options })
  const said = here.ok ? 'allow' : here.denial.code
  if (existsSync(cli)) {
    const revoked = (options?.received ?? []).map((token) => Buffer.from(token).toString('base64'))
    const line = { container: Buffer.from(bytes).toString('base64'), executor, subjects: [executor], at: Math.floor(Date.now() / 1000), revoked }
    const ran = spawnSync(cli, ['check', '--batch', '-'], { input: `${JSON.stringify(line)}\n`, encoding: 'utf8' })
    const answer = JSON.parse(ran.stdout)
    assert.equal(answer.code ?? answer.decision, said, 'the same in Rust')
  }
  return said
}

for (const algorithm of ['Ed25519', 'P-256']) {
  test(`an identity of ${algorithm} from its beginning to its end`, async () => {
    const [album, alice, bob] = ['album', 'alice', 'bob'].map((name) => `${name} ${algorithm}`)
    let one = await page()
    const granted = await one.evaluate(
      async ([album, alice, algorithm]) => {
        const [owner, friend] = [await someone(album, algorithm), await someone(alice, algorithm)]
        const { container } = await owner.grant({ audience: friend.did, command: '/photos', policy: [['like', '.path', 'summer/*']], expires: new Date(Date.now() + 3_600_000) })
        return { did: owner.did, text: container.write('base64url') }
      },
      [album, alice, algorithm],
    )
    assert.match(granted.did, /^did:key:z/)
    await one.close()

    // The browser is closed and opened again: the key is still there, and what was given with it.
    await context.close()
    context = await site.browser()
    one = await page()
    const asked = await one.evaluate(
      async ([album, alice, bob, text, did]) => {
        const friend = await someone(alice)
        const received = await friend.receive(text)
        const request = await friend.invoke({ subject: did, command: '/photos/read', arguments: { path: 'summer/1.jpg' } })
        request.invocation.verify()
        const refused = await friend.invoke({ subject: did, command: '/photos/read', arguments: { path: 'winter' } }).catch((error) => [error.code, error.miss.flaws[0].reason])
        const other = await someone(bob)
        const onward = await friend.grant({ audience: other.did, subject: did, command: '/photos/read', expires: null })
        await other.receive(onward.container)
        const second = await other.invoke({ subject: did, command: '/photos/read', arguments: { path: 'summer/2.jpg' } })
        const owner = await someone(album)
        const allowed = await new allod.Authorizer({ executor: did, subjects: 'itself' }).decideWith(owner.store, second.container)
        const { revocation, container } = await friend.revoke(onward.delegation)
        const taken = await owner.receive(container)
        const denied = await new allod.Authorizer({ executor: did, subjects: 'itself' }).decideWith(owner.store, second.container)
        return {
          owner: owner.did, new: received.new, refused, first: [...request.container.bytes], second: [...second.container.bytes], revocation: [...revocation.bytes],
          allowed: allowed.ok, denied: denied.ok || denied.denial.code, taken: taken.revocations.map(({ result }) => result), given: (await friend.delegations()).given.map(({ state }) => state),
        }
      },
      [album, alice, bob, granted.text, granted.did],
    )
    const { first, second, revocation, ...rest } = asked
    assert.deepEqual(rest, { owner: granted.did, new: 1, refused: ['no-chain', 'policy'], allowed: true, denied: 'revoked', taken: ['new'], given: ['revoked'] })
    assert.equal(decided(first, granted.did), 'allow')
    assert.equal(decided(second, granted.did), 'allow')
    assert.equal(decided(second, granted.did, { received: [Uint8Array.from(revocation)] }), 'revoked')
    assert.equal(decided(first, granted.did, { received: [Uint8Array.from(revocation)] }), 'allow')
    await one.close()
  })
}

test('what one tab gives the other uses, and what it takes back it no longer does', async () => {
  const [one, other] = [await page(false), await page(false)]
  const did = await one.evaluate(async () => (await someone('owner of two tabs')).did)
  const friend = await other.evaluate(async () => (await someone('friend of two tabs')).did)
  const given = await one.evaluate(async (friend) => (await (await someone('owner of two tabs')).grant({ audience: friend, command: '/photos', expires: null })).container.write('base64'), friend)
  // Both tabs have the same store of the friend's open.
  await other.evaluate(async (given) => (await someone('friend of two tabs')).receive(given), given)
  const uses = (page) => page.evaluate(async (did) => (await someone('friend of two tabs')).invoke({ subject: did, command: '/photos/read' }).then(({ chain }) => chain.length, (error) => error.code), did)
  assert.deepEqual([await uses(one), await uses(other)], [1, 1])
  const taken = await one.evaluate(async () => {
    const owner = await someone('owner of two tabs')
    const { given } = await owner.delegations()
    return (await owner.revoke(given[0].delegation)).container.write('base64')
  })
  await one.evaluate(async (taken) => (await someone('friend of two tabs')).receive(taken), taken)
  assert.deepEqual([await uses(one), await uses(other)], ['no-chain', 'no-chain'])
  await Promise.all([one.close(), other.close()])
})
