// `allod/lite` in Chromium: the vectors, and a key that never leaves the browser.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as whole from '../../../../target/npm/package/dist/node.mjs'
import { openPage, root } from './site.mjs'

const own = join(root, 'tests/vectors')

const PAGE = `<!doctype html><meta charset="utf-8"><title>lite</title><link rel="icon" href="data:,">
<script type="module">
  import * as lite from './dist/lite/web.js'
  import { answer } from './answer.mjs'
  await lite.init()
  Object.assign(globalThis, { lite, answer, loaded: true })
</script>`

let site
let page
before(async () => {
  site = await openPage(PAGE, { files: ['answer.mjs'], folders: { own } })
  page = await site.open()
})
after(() => site?.close())

test('the vectors come out as they are to, but those with documents', async () => {
  const names = readdirSync(own).filter((name) => name.endsWith('.json'))
  const found = await page.evaluate(async (names) => {
    const read = async (name) => (await (await fetch(`own/${name}`)).json()).cases
    const cases = (await Promise.all(names.map(read))).flat().filter(({ known }) => !known?.documents?.length)
    return cases.map((one) => [`${one.id}: ${one.description}`, answer(lite, one), one.expect])
  }, names)
  assert.ok(found.length > 500, String(found.length))
  for (const [name, answer, expected] of found) assert.deepEqual(answer, expected, name)
})

for (const algorithm of ['Ed25519', 'P-256']) {
  test(`a key of ${algorithm} is made and kept, grants and takes back; the whole decides the same`, async () => {
    const made = await page.evaluate(async (algorithm) => {
      const keys = await lite.KeyStore.open('lite')
      const signer = await keys.generate(`owner ${algorithm}`, { algorithm })
      return { did: signer.did, persistent: keys.persistent, extractable: signer.keyPair.privateKey.extractable }
    }, algorithm)
    assert.deepEqual([made.persistent, made.extractable], [true, false])
    await page.close()
    page = await site.open()
    const seen = await page.evaluate(async (algorithm) => {
      const owner = await (await lite.KeyStore.open('lite')).get(`owner ${algorithm}`)
      const friend = await lite.WebCryptoSigner.generate({ algorithm })
      const expires = new Date(Date.now() + 600_000)
      const delegation = await lite.signDelegation(owner, { audience: friend.did, subject: owner.did, command: '/photos', expires })
      const invocation = await lite.signInvocation(friend, { subject: owner.did, command: '/photos/read', proofs: [delegation], expires })
      const revocation = await lite.signRevocation(owner, { revoke: delegation, subject: owner.did })
      const authorizer = new lite.Authorizer({ executor: owner.did, subjects: 'itself' })
      const requests = [lite.Container.of(invocation, delegation), lite.Container.of(invocation, delegation, revocation)]
      const said = requests.map((request) => authorizer.decide(request, { revocations: [] })).map((it) => (it.ok ? 'allow' : it.denial.code))
      return { did: owner.did, said, requests: requests.map((request) => request.write('base64')) }
    }, algorithm)
    assert.equal(seen.did, made.did)
    assert.deepEqual(seen.said, ['allow', 'revoked'])
    const authorizer = new whole.Authorizer({ executor: seen.did, subjects: 'itself' })
    const said = seen.requests.map((request) => authorizer.decide(request, { revocations: [] })).map((it) => (it.ok ? 'allow' : it.denial.code))
    assert.deepEqual(said, seen.said)
  })
}
