// Tokens for the tests of stores, and what is asserted of them: for Node and for pages alike.

/** Names of keys, which are the same each time. */
export const [ALICE, BOB, CAROL, MALLORY] = ['Alice', 'Bob', 'Carol', 'Mallory']
const KEYS = { [ALICE]: ['Ed25519', 1], [BOB]: ['P-256', 2], [CAROL]: ['secp256k1', 3], [MALLORY]: ['Ed25519', 66] }

export function forge({ SigningKey, signDelegation, signReceipt, signRevocation }) {
  const keys = new Map()
  const key = (name) => {
    const [algorithm, byte] = KEYS[name]
    if (!keys.has(name)) keys.set(name, SigningKey.fromSeed(algorithm, new Uint8Array(32).fill(byte)))
    return keys.get(name)
  }
  const nonce = (number) => new Uint8Array(12).fill(number)

  return {
    key,

    /** A delegation; without anyone it is about, a powerline; without an end, for ever. The same each time. */
    grant: (from, to, about, end, number) =>
      signDelegation(key(from), {
        audience: key(to).did,
        subject: about === null ? null : key(about).did,
        command: '/photos/read',
        expires: end,
        notBefore: end === null ? undefined : Math.min(end, 0),
        nonce: nonce(number),
      }),

    /** A revocation with one's own authority. */
    revocation: (token, by) => signRevocation(key(by), { revoke: token, subject: key(by).did }),

    receipt: (ran, value, end, by = ALICE) =>
      signReceipt(key(by), { ran, out: { ok: value }, expires: end ?? undefined, nonce: nonce(value) }),

    cids: (tokens) => tokens.map(({ cid }) => String(cid)),
  }
}

/** That two plain values are the same. */
export function same(found, expected, what = '') {
  const [one, other] = [text(found), text(expected)]
  if (one !== other) throw new Error(`${what}: found ${one}, expected ${other}`)
}

const text = (value) => JSON.stringify(value, (_, part) => (part === undefined ? 'undefined' : typeof part === 'bigint' ? `${part}n` : part))

/** That a promise rejects with an error of that class and code. */
export async function rejects(promise, name, code, what = '') {
  const error = await promise.then((value) => new Error(`it answered ${text(value)}`), (error) => error)
  if (error.name !== name || error.code !== code) throw new Error(`${what}: found ${error.stack}, expected ${name} ${code}`)
  return error
}
