// What a program that has installed the package does with it. It answers with what it has seen.

import { Authorizer, DidError, Container, NotReadyError, SigningKey, init, signDelegation, signInvocation } from 'allod'

export async function sample(source) {
  let before = 'ready'
  try {
    SigningKey.generate()
  } catch (error) {
    before = error instanceof NotReadyError ? error.code : String(error)
  }
  await Promise.all([init(source), init(source)])
  await init(source)

  const album = SigningKey.generate('P-256')
  const alice = SigningKey.generate()
  const proof = await signDelegation(album, {
    audience: alice.did,
    subject: album.did,
    command: '/photos',
    policy: [['==', '.album', 7]],
    expires: Math.floor(Date.now() / 1000) + 600,
  })
  const ask = async (number) => {
    const invocation = await signInvocation(alice, {
      subject: album.did,
      command: '/photos/read',
      arguments: { album: number },
      proofs: [proof],
      expires: new Date(Date.now() + 60_000),
    })
    const request = Container.of(invocation, proof).write('gzip+base64url')
    const decision = new Authorizer({ executor: album.did, subjects: 'itself' }).decide(request, { revocations: [] })
    return decision.ok ? decision.grant.command : decision.denial.code
  }
  const refused = await signDelegation(album, { audience: 'did:key:nonsense', subject: null, command: '/', expires: null }).catch((it) => it)
  return { before, allowed: await ask(7), denied: await ask(8), refused: [refused instanceof DidError, refused.name, refused.code] }
}
