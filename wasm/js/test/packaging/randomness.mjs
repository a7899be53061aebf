// What makes something new, where the platform has no randomness: it answers with what each attempt came to.

import { AllodError, SigningKey, signDelegation, signInvocation } from 'allod'

/** The ways in which `crypto` is not what it has to be. */
export const platforms = {
  'no crypto': undefined,
  'no getRandomValues': {},
  'one that is no function': { getRandomValues: 4 },
  'one that fails': {
    getRandomValues() {
      throw new Error('no entropy')
    },
  },
}

export async function attempts() {
  const key = SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(7))
  const said = { subject: key.did, command: '/photos', expires: null }
  const ways = [
    () => SigningKey.generate('Ed25519'),
    () => SigningKey.generate('P-256'),
    () => SigningKey.generate('secp256k1'),
    () => signDelegation(key, { audience: key.did, ...said }),
    () => signInvocation(key, said),
  ]
  const seen = {}
  const real = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  for (const [name, value] of Object.entries(platforms)) {
    Object.defineProperty(globalThis, 'crypto', { value, configurable: true })
    seen[name] = await Promise.all(ways.map(outcome))
  }
  // As soon as there is some, it goes on.
  if (real) Object.defineProperty(globalThis, 'crypto', real)
  else delete globalThis.crypto
  seen.real = await Promise.all(ways.map(outcome))
  return seen
}

async function outcome(way) {
  try {
    return `made a ${(await way()).constructor === SigningKey ? 'key' : 'token'}`
  } catch (error) {
    return error instanceof AllodError ? error.code : String(error)
  }
}
