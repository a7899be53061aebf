// Examples to look at, made on the spot with keys that nobody keeps: their times are always fresh.

import { Container, SigningKey, signDelegation, signInvocation, signReceipt, signRevocation } from '../library.js'
import { call } from '../common/names.js'
import { present } from '../common/time.js'

const [HOUR, DAY] = [3_600, 86_400]
const ALBUM = [['==', '.album', 'summer']]

/** Each example: what it is called, and how it is made. */
export const SAMPLES = {
  allowed: [
    'Allowed: an album, handed on once',
    async (at) => {
      const { alice, bob, carol } = people()
      const links = await handedOn(at)
      const asked = await signInvocation(carol, {
        subject: alice.did,
        command: '/album/look',
        arguments: { album: 'summer' },
        proofs: links,
        expires: at + 5 * 60,
        issuedAt: at,
      })
      return Container.of(asked, ...links, await aside(bob, alice, at))
    },
  ],
  policy: [
    'Denied: another album than was granted',
    async (at) => {
      const { alice, carol } = people()
      const links = await handedOn(at)
      return Container.of(
        await signInvocation(carol, {
          subject: alice.did,
          command: '/album/look',
          arguments: { album: 'diary', photo: 3 },
          proofs: links,
          expires: at + 5 * 60,
        }),
        ...links,
      )
    },
  ],
  expired: [
    'Denied: the grant has ended',
    async (at) => {
      const { alice, bob } = people()
      const grant = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/album', expires: at - 3 * DAY })
      return Container.of(
        await signInvocation(bob, { subject: alice.did, command: '/album/look', proofs: [grant], expires: at + 5 * 60 }),
        grant,
      )
    },
  ],
  revoked: [
    'Denied: taken back',
    async (at) => {
      const { alice, carol } = people()
      const links = await handedOn(at)
      const revocation = await signRevocation(alice, { revoke: links[0], subject: alice.did, meta: { reason: 'the summer is over' } })
      const asked = await signInvocation(carol, {
        subject: alice.did,
        command: '/album/look',
        arguments: { album: 'summer' },
        proofs: links,
        expires: at + 5 * 60,
      })
      return Container.of(asked, ...links, revocation)
    },
  ],
  broken: [
    'Denied: the chain does not meet',
    async (at) => {
      const { alice, bob, carol } = people()
      const grant = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/album/look', expires: at + DAY })
      return Container.of(
        await signInvocation(carol, { subject: alice.did, command: '/album/look', proofs: [grant], expires: at + 5 * 60 }),
        grant,
      )
    },
  ],
  forged: [
    'Denied: not signed by its issuer',
    async (at) => {
      const { alice, bob } = people()
      const grant = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/album', expires: at + DAY })
      const forged = grant.bytes
      // A byte of the signature.
      forged[20] ^= 1
      const [entry] = Container.of(forged).entries
      return Container.of(
        await signInvocation(bob, { subject: alice.did, command: '/album/look', proofs: [entry.cid], expires: at + 5 * 60 }),
        forged,
      )
    },
  ],
  missing: [
    'Denied: a proof did not come along',
    async (at) => {
      const { alice, carol } = people()
      const links = await handedOn(at)
      return Container.of(
        await signInvocation(carol, {
          subject: alice.did,
          command: '/album/look',
          arguments: { album: 'summer' },
          proofs: links,
          expires: at + 5 * 60,
        }),
        links[0],
      )
    },
  ],
  powerline: [
    'A powerline: all that someone has, for their phone',
    async (at) => {
      const { alice, bob, phone } = people()
      const grant = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/album', expires: at + 7 * DAY })
      const line = await signDelegation(bob, { audience: phone.did, subject: null, command: '/', expires: at + 365 * DAY })
      return Container.of(
        await signInvocation(phone, { subject: alice.did, command: '/album/look', proofs: [grant, line], expires: at + 5 * 60 }),
        grant,
        line,
      )
    },
  ],
  receipt: [
    'A receipt: what came of it',
    async (at) => {
      const { alice, bob } = people()
      const grant = await signDelegation(alice, { audience: bob.did, subject: alice.did, command: '/album', expires: at + DAY })
      const { task } = await signInvocation(bob, { subject: alice.did, command: '/album/look', proofs: [grant], expires: at + 5 * 60 })
      return Container.of(await signReceipt(alice, { ran: task, out: { ok: { photos: ['lake', 'cabin', 'bonfire'] } }, issuedAt: at }))
    },
  ],
}

/** An example as text. */
export async function sample(name) {
  return (await SAMPLES[name][1](present())).write('gzip+base64url')
}

async function handedOn(at) {
  const { alice, bob, carol } = people()
  const first = await signDelegation(alice, {
    audience: bob.did,
    subject: alice.did,
    command: '/album',
    policy: ALBUM,
    expires: at + 30 * DAY,
  })
  const second = await signDelegation(bob, {
    audience: carol.did,
    subject: alice.did,
    command: '/album/look',
    expires: at + 12 * HOUR,
    meta: { note: 'for the weekend' },
    under: first,
  })
  return [first, second]
}

/** A delegation that nothing refers to. */
function aside(from, to, at) {
  return signDelegation(from, { audience: to.did, subject: from.did, command: '/calendar/read', expires: at + DAY })
}

let known

function people() {
  if (known) return known
  known = {
    alice: SigningKey.generate('Ed25519'),
    bob: SigningKey.generate('P-256'),
    carol: SigningKey.generate('secp256k1'),
    phone: SigningKey.generate('P-256'),
  }
  for (const [name, { did }] of Object.entries(known))
    call(did, name === 'phone' ? 'Bob’s phone (example)' : `${name[0].toUpperCase()}${name.slice(1)} (example)`)
  return known
}
