// How long decisions take here, beside the same ones natively, on the same machine and in the same run: `cargo xtask bench wasm`. It
// prints figures, and is no test: a table, or with `--json` one object of the medians in nanoseconds.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as allod from '../../../target/npm/package/dist/node.mjs'

const { Authorizer, Container, SigningKey, signDelegation, signInvocation } = allod
const { json } = parseArgs({ options: { json: { type: 'boolean' } } }).values

/** As in benches/benches/wasm.rs. */
const BATCH_MS = 60
const BATCHES = 9
/** Each is measured so many times on either side, in turns. */
const ROUNDS = 5
const AT = 1_800_000_000

const CHAINS = {
  'Ed25519, 1 link': ['Ed25519', 'Ed25519'],
  'Ed25519, 3 links': ['Ed25519', 'Ed25519', 'Ed25519', 'Ed25519'],
  'P-256, 1 link': ['P-256', 'P-256'],
  'P-256, 3 links': ['P-256', 'P-256', 'P-256', 'P-256'],
  'secp256k1, 1 link': ['secp256k1', 'secp256k1'],
  'secp256k1, 3 links': ['secp256k1', 'secp256k1', 'secp256k1', 'secp256k1'],
  'one of each, 3 links': ['Ed25519', 'P-256', 'secp256k1', 'Ed25519'],
}

async function request(algorithms, number) {
  const people = algorithms.map((algorithm, at) => SigningKey.fromSeed(algorithm, new Uint8Array(32).fill(16 * number + at + 1)))
  const [subject] = people
  const nonce = new Uint8Array(12)
  const proofs = []
  for (let at = 0; at + 1 < people.length; at++) {
    const policy = [['like', '.path', 'summer/*'], ['<=', '.width', 1000]]
    proofs.push(await signDelegation(people[at], { audience: people[at + 1].did, subject: subject.did, command: '/photos', policy, expires: AT + 1000, nonce }))
  }
  const args = { path: 'summer/1.jpg', width: 400 }
  const invocation = await signInvocation(people.at(-1), { subject: subject.did, command: '/photos/read', arguments: args, proofs, expires: AT + 100, nonce })
  return { bytes: Container.of(invocation, ...proofs).bytes, executor: subject.did }
}

/** The nanoseconds of one decision here. */
function measured({ bytes, executor }) {
  const authorizer = new Authorizer({ executor, subjects: 'itself' })
  const decide = () => authorizer.decide(bytes, { now: AT, revocations: 'danger-none' })
  const { ok } = decide()
  if (!ok) throw new Error('the request is not allowed')
  let times = 0
  for (const begun = clock(); clock() - begun < BATCH_MS * 1e6; times++) decide()
  const batches = Array.from({ length: BATCHES }, () => {
    const begun = clock()
    for (let left = times; left > 0; left--) decide()
    return (clock() - begun) / times
  })
  return middle(batches)
}

/** The nanoseconds that this thread has run, where the system tells: others on the machine do not count then. */
function clock() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0])
  } catch {
    return performance.now() * 1e6
  }
}

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

const root = fileURLToPath(new URL('../../..', import.meta.url))
const options = ['bench', '--quiet', '--locked', '--manifest-path', 'benches/Cargo.toml', '--target-dir', 'target/apart', '--bench', 'wasm']
const native = spawn(process.env.CARGO ?? 'cargo', options, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface({ input: native.stdout })[Symbol.asyncIterator]()
async function natively({ bytes, executor }) {
  native.stdin.write(`${Buffer.from(bytes).toString('base64')} ${executor} ${AT}\n`)
  const { value, done } = await answers.next()
  if (done || !/^\d+$/.test(value)) throw new Error(`the native side says ${value}`)
  return Number(value)
}

const us = (nanoseconds) => `${(nanoseconds / 1000).toFixed(0).padStart(6)} us`
if (!json) console.log(`${'decisions'.padEnd(22)}   native        here   ratio (of each of ${ROUNDS} rounds)`)
const medians = {}
const requests = []
for (const algorithms of Object.values(CHAINS)) requests.push(await request(algorithms, requests.length))
// Once for nothing: the engine compiles anew what it finds to be worth it.
requests.forEach(measured)
for (const [at, name] of Object.keys(CHAINS).entries()) {
  const asked = requests[at]
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) rounds.push([await natively(asked), measured(asked)])
  const ratios = rounds.map(([there, here]) => here / there)
  const [there, here] = [0, 1].map((side) => middle(rounds.map((round) => round[side])))
  medians[`native ${name}`] = there
  medians[`node ${name}`] = Math.round(here)
  if (!json) console.log(`${name.padEnd(22)}${us(there)}   ${us(here)}   ${middle(ratios).toFixed(2)}  (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`)
}
if (json) console.log(JSON.stringify({ medians }, undefined, 2))
native.stdin.end()
