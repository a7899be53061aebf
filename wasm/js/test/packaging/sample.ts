// What the types have to allow, and, where it says @ts-expect-error, to refuse.

import {
  Authorizer, Container, SigningKey, init, signDelegation, signInvocation,
  type Decision, type DenialCode, type Did, type Policy, type Signer,
} from 'allod'

export async function typed(): Promise<string> {
  await init()
  const signer: Signer = SigningKey.generate('secp256k1')
  const did: Did = signer.did
  const policy: Policy = [['==', '.album', 7], ['any', '.tags[]', ['like', '.', 'holiday*']]]
  const proof = await signDelegation(signer, { audience: did, subject: null, command: '/photos', policy, expires: new Date(), notBefore: 0 })
  const invocation = await signInvocation<{ album: number }>(signer, {
    subject: did, command: '/photos/read', arguments: { album: 7 }, proofs: [proof, proof.cid, 'z'], expires: null,
  })
  const text: string = Container.of(invocation, proof).write('base64url')
  const bytes: Uint8Array = Container.of(invocation).write()
  const authorizer = new Authorizer({ executor: did, subjects: [did] })
  const decision: Decision<{ album: number }> = authorizer.decide(text, { revocations: 'danger-none', now: 1n > 0n ? 0 : new Date() })
  if (decision.ok) {
    const album: number = decision.grant.arguments.album
    // @ts-expect-error nothing denied it
    void decision.denial
    return `${album}`
  }
  const code: DenialCode = decision.denial.code
  // @ts-expect-error no such code
  if (code === 'forbidden') return ''

  // @ts-expect-error a text that is no DID
  await signDelegation(signer, { audience: 'alice', subject: null, command: '/photos', expires: null })
  // @ts-expect-error no command
  await signDelegation(signer, { audience: did, subject: null, command: 'photos', expires: null })
  // @ts-expect-error whether it ends has to be said
  await signDelegation(signer, { audience: did, subject: null, command: '/photos' })
  // @ts-expect-error what is known of revocations has to be said
  authorizer.decide(bytes, {})
  // @ts-expect-error whom it serves has to be said
  new Authorizer({ executor: did })
  // @ts-expect-error no such operator
  const wrong: Policy = [['=', '.album', 7]]
  // @ts-expect-error it is made by `generate`, and by nobody else
  new SigningKey()
  return `${code} ${wrong.length}`
}

using(SigningKey.generate())
function using(key: Disposable & { free(): void }): void {
  key[Symbol.dispose]()
}
