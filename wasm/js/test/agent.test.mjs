// People and their devices, in Node over a store in memory; what comes of it the Rust program `allod` takes, and the other way round.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { answer } from './answer.mjs'

const { Agent, Authorizer, Container, MemoryStore, NoChainError, SigningKey, WebCryptoSigner, actingAs, signReceipt, signerFrom } = allod

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** The Rust programs, as `cargo build -p allod-cli` and `cargo build -p allod-tests` make them. */
const program = (name) => process.env[`ALLOD_BIN_${name.toUpperCase()}`] ?? join(root, 'target/debug', process.platform === 'win32' ? `${name}.exe` : name)
const cli = program('allod')
const withoutCli = existsSync(cli) ? false : 'target/debug/allod is not there: cargo build -p allod-cli'

const folders = []
function folder() {
  const made = mkdtempSync(join(tmpdir(), 'allod-agent-'))
  folders.push(made)
  return made
}
after(() => folders.forEach((it) => rmSync(it, { recursive: true, force: true })))

/** Someone with the program `allod` and a home for it. */
function rust() {
  const home = folder()
  const run = (...options) => {
    const ran = spawnSync(cli, options, { env: { ...process.env, ALLOD_HOME: join(home, 'allod') }, encoding: 'utf8', cwd: home })
    return { code: ran.status, out: ran.stdout, told: ran.stderr }
  }
  const must = (...options) => {
    const { code, out, told } = run(...options)
    assert.equal(code, 0, `allod ${options.join(' ')}: ${out}${told}`)
    return out
  }
  const file = (name, content) => (writeFileSync(join(home, name), content), join(home, name))
  const read = (name) => readFileSync(join(home, name))
  return { run, must, file, read }
}

/** What the program says to a request. */
function checked(request, executor, { subjects = [executor], at, revoked = [] } = {}) {
  const line = { container: Buffer.from(request.bytes).toString('base64'), executor, subjects, at: at ?? Math.floor(Date.now() / 1000), revoked }
  const ran = spawnSync(cli, ['check', '--batch', '-'], { input: `${JSON.stringify(line)}\n`, encoding: 'utf8' })
  assert.notEqual(ran.stdout, '', ran.stderr)
  return JSON.parse(ran.stdout)
}

const now = Math.floor(Date.now() / 1000)
const later = now + 3600
const person = (signer) => new Agent({ signer, store: new MemoryStore() })
/** One person of each kind of key, and of each kind of signer. */
async function people() {
  const hardware = SigningKey.generate('secp256k1')
  return {
    album: person(SigningKey.generate('P-256')),
    alice: person(SigningKey.generate()),
    bob: person(await WebCryptoSigner.generate({ algorithm: 'P-256' })),
    carol: person(signerFrom({ did: hardware.did, sign: async (bytes) => hardware.sign(bytes) })),
    dan: person(await WebCryptoSigner.generate({ algorithm: 'Ed25519' })),
  }
}
const verdict = (decision) => (decision.ok ? 'allow' : decision.denial.code)

test('granted, handed on, received and invoked: here and by the Rust program', async () => {
  const { album, alice, bob, carol } = await people()
  const authorizer = new Authorizer({ executor: album.did, subjects: 'itself' })
  const first = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  assert.deepEqual(first.chain, [])
  await alice.receive(first.container)
  const second = await alice.grant({ audience: bob.did, subject: album.did, command: '/photos/read', policy: [['like', '.path', 'summer/*']], expires: later })
  assert.deepEqual(second.chain.map(({ cid }) => `${cid}`), [`${first.delegation.cid}`])
  const received = await bob.receive(second.container.write('gzip+base64url'))
  assert.equal(received.new, 2)
  assert.equal((await bob.receive(second.container)).new, 0)
  const third = await bob.grant({ audience: carol.did, subject: album.did, command: '/photos/read', policy: [['<', '.width', 500]], expires: later })
  await carol.receive(third.container)

  const asked = await carol.invoke({ subject: album.did, command: '/photos/read', arguments: { path: 'summer/1.jpg', width: 400 } })
  assert.deepEqual(asked.chain.map(({ issuer }) => issuer), [album.did, alice.did, bob.did])
  const decision = authorizer.decide(asked.container, { revocations: [] })
  assert.equal(verdict(decision), 'allow')
  assert.equal(decision.grant.issuer, carol.did)
  assert.equal(decision.grant.arguments.width, 400)
  if (!withoutCli) assert.equal(checked(asked.container, album.did).decision, 'allow')
  // Only to whom it was sent.
  assert.equal(verdict(new Authorizer({ executor: alice.did, subjects: 'danger-any' }).decide(asked.container, { revocations: [] })), 'wrong-audience')

  // What the policies of the way there do not allow is not even asked for, and it is said why.
  for (const [args, policy] of [[{ path: 'winter/1.jpg', width: 400 }, 'policy'], [{ path: 'summer/1.jpg', width: 900 }, 'policy']]) {
    const error = await carol.invoke({ subject: album.did, command: '/photos/read', arguments: args }).catch((it) => it)
    assert.ok(error instanceof NoChainError, String(error))
    assert.equal(error.code, 'no-chain')
    assert.equal(error.miss.gap, 'flawed')
    assert.equal(error.miss.flaws[0].reason, policy)
  }
})

test('what is not there is told as what comes nearest', async () => {
  const { album, alice, bob } = await people()
  const miss = async (agent, options) => (await agent.invoke({ subject: album.did, command: '/photos/delete', ...options }).catch((error) => error)).miss
  assert.equal((await miss(bob)).gap, 'holds-nothing')
  const past = await album.grant({ audience: alice.did, command: '/photos', expires: now + 100 })
  await alice.receive(past.container)
  const ended = await miss(alice, { now: now + 1000 })
  assert.deepEqual([ended.gap, ended.flaws[0].reason, ended.flaws[0].issuer], ['flawed', 'ended', album.did])
  const read = await album.grant({ audience: bob.did, command: '/photos/read', expires: later })
  await bob.receive(read.container)
  await bob.store.setName('me', bob.did)
  const other = await miss(bob)
  assert.deepEqual([other.gap, other.flaws[0].reason, other.flaws[0].delegation.equals(read.delegation.cid)], ['flawed', 'command', true])
  assert.match(other.words, /^me has \/photos\/read until /, 'by the names that people have here')
  const soon = await album.grant({ audience: alice.did, command: '/letters', notBefore: now + 1000, expires: later })
  await alice.receive(soon.container)
  assert.equal((await miss(alice, { command: '/letters/read' })).flaws[0].reason, 'begins')
  const found = await alice.findChain({ subject: album.did, command: '/letters/read', at: now + 2000 })
  assert.equal(found.chain.length, 1)
  const ever = await album.grant({ audience: alice.did, command: '/letters/read', expires: null })
  await alice.receive(ever.container)
  const { held } = await alice.delegations({ now: now + 500 })
  const states = Object.fromEntries(held.map(({ delegation, state }) => [`${delegation.cid}`, state]))
  assert.deepEqual(states, { [past.delegation.cid]: 'ended', [soon.delegation.cid]: 'not-yet', [ever.delegation.cid]: 'valid' })
  // Nothing is granted that is not held.
  await assert.rejects(alice.grant({ audience: bob.did, subject: bob.did, command: '/photos', expires: later }), { name: 'NoChainError' })
})

test('taken back: at once here, and elsewhere once it arrives', async () => {
  const { album, alice, bob, carol } = await people()
  const first = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  await alice.receive(first.container)
  const second = await alice.grant({ audience: bob.did, subject: album.did, command: '/photos', expires: later })
  await bob.receive(second.container)
  const asked = await bob.invoke({ subject: album.did, command: '/photos/read' })
  const authorizer = new Authorizer({ executor: album.did, subjects: 'itself' })
  assert.equal(verdict(await authorizer.decideWith(album.store, asked.container)), 'allow')

  await assert.rejects(bob.revoke(second.delegation), { name: 'RevokeError', code: 'not-to-revoke' })
  await assert.rejects(carol.revoke(second.delegation.cid), { name: 'RevokeError', code: 'unknown-delegation' })
  const { revocation, container } = await alice.revoke(second.delegation.cid)
  assert.equal(revocation.subject, alice.did)
  const state = async (agent, side) => (await agent.delegations())[side].map((it) => it.state)
  // Bob has not heard of it yet.
  assert.deepEqual([await state(alice, 'given'), await state(bob, 'held')], [['revoked'], ['valid']])

  const taken = await album.receive(container)
  assert.deepEqual(taken.revocations.map(({ result, subject }) => [result, subject]), [['new', alice.did]])
  assert.deepEqual((await album.receive(container)).revocations.map(({ result }) => result), ['known'])
  assert.equal(verdict(await authorizer.decideWith(album.store, asked.container)), 'revoked')
  assert.equal(verdict(authorizer.decide(asked.container, { revocations: [], received: [revocation] })), 'revoked')
  if (!withoutCli) {
    const said = checked(asked.container, album.did, { revoked: [Buffer.from(revocation.bytes).toString('base64')] })
    assert.deepEqual([said.decision, said.code], ['deny', 'revoked'])
  }
  // A store that does not answer allows nothing; one that is no store is told apart.
  const silent = { ...delegates(album.store), areRevoked: () => Promise.reject(new Error('no')) }
  assert.equal(verdict(await authorizer.decideWith(silent, asked.container)), 'revocation-stale')
  await assert.rejects(authorizer.decideWith({}, asked.container), { name: 'ArgumentError' })
  // Bob learns of it, and then finds no way any more.
  await bob.receive(container)
  const error = await bob.invoke({ subject: album.did, command: '/photos/read' }).catch((it) => it)
  assert.equal(error.miss.flaws[0].reason, 'revoked')
})

/** A store that hands on whatever it is asked. */
const delegates = (store) =>
  Object.fromEntries(Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(store))).filter((name) => name !== 'constructor').map((name) => [name, (...all) => store[name](...all)]))

test('proofs that did not come along are found in the store of whoever decides', async () => {
  const { album, alice } = await people()
  const { delegation, container } = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  await alice.receive(container)
  const { invocation } = await alice.invoke({ subject: album.did, command: '/photos/read' })
  const authorizer = new Authorizer({ executor: album.did, subjects: 'itself', revocationsNoOlderThan: { '/photos': 60 } })
  assert.equal(verdict(authorizer.decide(invocation, { revocations: [] })), 'proof-missing')
  assert.deepEqual(authorizer.needs(invocation, { revocations: [] }).proofs.map(String), [`${delegation.cid}`])
  // Known to be up to date only once it is said.
  assert.equal(verdict(await authorizer.decideWith(album.store, invocation)), 'revocation-stale')
  await album.store.setSyncedAt(now)
  assert.equal(verdict(await authorizer.decideWith(album.store, invocation, { now: now + 30 })), 'allow')
  assert.equal(verdict(await authorizer.decideWith(album.store, invocation, { now: now + 200 })), 'revocation-stale')
})

test('a device is linked, uses what comes later, and takes back', async () => {
  const { album, alice, bob, dan } = await people()
  const linked = await alice.linkDevice({ device: dan.did, asOneself: true, mayRevoke: true })
  assert.equal(linked.complete, true)
  await dan.receive(linked.container)
  // Given to Alice afterwards: the powerline covers it.
  const { container } = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  await dan.receive(container)
  const asked = await dan.invoke({ subject: album.did, command: '/photos/read' })
  assert.deepEqual(asked.chain.map(({ subject }) => subject), [album.did, null])
  const authorizer = new Authorizer({ executor: album.did, subjects: 'itself' })
  assert.equal(verdict(authorizer.decide(asked.container, { revocations: [] })), 'allow')
  if (!withoutCli) assert.equal(checked(asked.container, album.did).decision, 'allow')

  await alice.receive(container)
  const given = await alice.grant({ audience: bob.did, subject: album.did, command: '/photos', expires: later })
  await bob.receive(given.container)
  await dan.receive(given.container)
  const revoked = await dan.revoke(given.delegation)
  assert.equal(revoked.revocation.issuer, dan.did)
  assert.equal(revoked.revocation.subject, alice.did, 'in her name')
  const request = await bob.invoke({ subject: album.did, command: '/photos/read' })
  assert.deepEqual((await album.receive(revoked.container)).revocations.map(({ result }) => result), ['new'])
  assert.equal(verdict(await authorizer.decideWith(album.store, request.container)), 'revoked')

  const narrow = await alice.linkDevice({ device: bob.did, command: '/photos/read', expires: later })
  assert.deepEqual(narrow.delegations.map(({ command, subject, expires }) => [command, subject, expires]), [['/photos/read', null, later]])
})

test('a did:web signs with the keys of its document, and with no other', async () => {
  const { alice } = await people()
  const site = 'did:web:photos.example'
  const key = SigningKey.generate('P-256')
  const json = allod.documentFor(key.did).replaceAll(key.did, site)
  const documents = { [site]: json }
  const album = new Agent({ signer: actingAs(key, site), store: new MemoryStore(), documents })
  const { container, delegation } = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  const knowing = new Agent({ signer: SigningKey.generate(), store: new MemoryStore() })
  assert.deepEqual((await knowing.receive(container)).refused.map(({ code }) => code), ['unresolved-did'])
  const carol = SigningKey.generate()
  const taker = new Agent({ signer: carol, store: new MemoryStore(), documents: new Map([[site, json]]) })
  const own = await album.grant({ audience: carol.did, command: '/photos', expires: later })
  assert.equal((await taker.receive(own.container)).new, 1)
  const asked = await taker.invoke({ subject: site, command: '/photos/read' })
  const authorizer = new Authorizer({ executor: site, subjects: 'itself' })
  assert.deepEqual(authorizer.needs(asked.container, { revocations: [] }).documents, [site])
  assert.equal(verdict(authorizer.decide(asked.container, { revocations: [] })), 'unresolved-did')
  assert.equal(verdict(authorizer.decide(asked.container, { revocations: [], documents })), 'allow')
  const other = allod.documentFor(carol.did).replaceAll(carol.did, site)
  assert.equal(verdict(authorizer.decide(asked.container, { revocations: [], documents: { [site]: other } })), 'bad-signature')
  assert.throws(() => delegation.verify({ [site]: other }), { name: 'TokenError', code: 'bad-signature' })
  // Without its key in the document it cannot grant.
  await assert.rejects(new Agent({ signer: actingAs(key, site), store: new MemoryStore(), documents: { [site]: other } }).grant({ audience: carol.did, command: '/photos', expires: later }))
})

test('receipts are kept, found, and stand for promises', async () => {
  const { album, alice } = await people()
  const { container } = await album.grant({ audience: alice.did, command: '/photos', expires: later })
  await alice.receive(container)
  const first = await alice.invoke({ subject: album.did, command: '/photos/find', arguments: { name: 'x' } })
  const key = SigningKey.generate('P-256')
  const receipt = await signReceipt(key, { ran: first.invocation.task, out: { ok: { found: 7 } } })
  const stranger = await signReceipt(SigningKey.generate(), { ran: first.invocation.task, out: { ok: { found: 8 } } })
  const received = await alice.receive(Container.of(receipt, stranger))
  assert.equal(received.receipts.length, 2)
  assert.deepEqual((await alice.store.receiptsOf(first.invocation.task, key.did)).map(({ out }) => out), [{ ok: { found: 7 } }])
  // A bundle tells what each of its tokens is.
  const { revocation } = await album.revoke((await album.delegations()).given[0].delegation)
  const bundle = Container.of(first.container, receipt, revocation)
  const kinds = ['delegations', 'invocations', 'receipts', 'revocations'].map((kind) => bundle[kind].map((token) => `${token.cid}`))
  const [proof] = first.chain
  assert.deepEqual(kinds, [proof, first.invocation, receipt, revocation].map((token) => [`${token.cid}`]))
  assert.deepEqual(bundle.entries.map(({ kind }) => kind).sort(), ['delegation', 'invocation', 'receipt', 'revocation'])
  const next = await alice.invoke({ subject: album.did, command: '/photos/read', arguments: { photo: { 'await/ok': first.invocation.task } } })
  const authorizer = new Authorizer({ executor: album.did, subjects: 'itself' })
  const waiting = authorizer.decide(next.container, { revocations: [] })
  assert.equal(waiting.ok && waiting.grant.awaits.length, 1)
  const done = authorizer.decide(next.container, { revocations: [], receipts: [receipt], trustReceiptsOf: [key.did] })
  assert.deepEqual([done.grant.awaits, done.grant.arguments], [[], { photo: { found: 7 } }])
})

test('the Rust program hands over, takes back, and takes what is taken back here', { skip: withoutCli }, async () => {
  const album = rust()
  album.must('key', 'new', 'album', '--type', 'p256')
  const did = album.must('key', 'export', 'album', '--format', 'did').trim()
  const { alice, bob } = await people()

  // From Rust to here, by a file.
  album.must('grant', '--key', 'album', '--to', alice.did, '--command', '/photos', '--expires', '1h', '--out', 'for-alice.ucan')
  const received = await alice.receive(new Uint8Array(album.read('for-alice.ucan')))
  assert.equal(received.new, 1)
  const asked = await alice.invoke({ subject: did, command: '/photos/read', arguments: { path: 'a' } })
  assert.equal(checked(asked.container, did).decision, 'allow')
  const onward = await alice.grant({ audience: bob.did, subject: did, command: '/photos/read', expires: later })
  await bob.receive(onward.container)
  const request = await bob.invoke({ subject: did, command: '/photos/read', arguments: { path: 'a' } })
  album.file('request.ucan', request.container.write('base64url'))
  const check = () => album.run('check', 'request.ucan', '--executor', did, '--json')
  assert.equal(check().code, 0, check().out)

  // Taken back here, and taken up by Rust.
  const { container, revocation } = await alice.revoke(onward.delegation)
  album.file('revoked.ucan', container.write('base64url'))
  album.must('revocations', 'import', 'revoked.ucan', '--served', did)
  const denied = check()
  assert.equal(denied.code, 1)
  assert.match(denied.out, /revoked/)
  assert.match(album.must('revocations', 'list', '--json'), new RegExp(String(revocation.revoked)))

  // Taken back by Rust, and taken up here.
  album.must('revoke', 'for-alice.ucan', '--key', 'album', '--out', 'taken.ucan')
  const taken = await alice.receive(new Uint8Array(album.read('taken.ucan')))
  assert.deepEqual(taken.revocations.map(({ result, subject }) => [result, subject]), [['new', did]])
  const error = await alice.invoke({ subject: did, command: '/photos/read' }).catch((it) => it)
  assert.equal(error.miss?.flaws[0].reason, 'revoked', String(error))
})

test('300 generated worlds come out as in Rust: by the model, by `allod check`, and here', { skip: withoutCli || (existsSync(program('differential')) ? false : 'target/debug/differential is not there: cargo build -p allod-tests') }, () => {
  const file = join(folder(), 'worlds.jsonl')
  execFileSync(program('differential'), ['--cases', '300', '--seed', '51', '--write', file])
  const worlds = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  assert.equal(worlds.length, 300)
  const verdicts = new Set()
  for (const one of worlds) {
    assert.deepEqual(answer(allod, one), one.expect, `${one.id}: ${one.description}`)
    verdicts.add(one.expect.code ?? 'allow')
  }
  assert.ok(verdicts.size >= 10, [...verdicts].join())
  // The program knows of no more than comes with a line.
  const lines = worlds.filter(({ known }) => known === undefined)
  assert.ok(lines.length >= 50, `${lines.length}`)
  const input = lines.map(({ description, expect, ...line }) => `${JSON.stringify(line)}\n`).join('')
  const ran = spawnSync(cli, ['check', '--batch', '-'], { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const answers = ran.stdout.trim().split('\n').map((line) => JSON.parse(line))
  lines.forEach((one, at) => {
    const { id, ...said } = answers[at]
    assert.equal(id, one.id)
    const { decision, code, link } = answer(allod, one)
    assert.deepEqual([said.decision, said.code, said.link ?? null], [decision, code, link ?? null], one.description)
  })
})
