// The options of signers, checked.

import { bad } from '../errors.js'
import { optionsOf } from '../value.js'
import type { GenerateOptions, WebCryptoAlgorithm } from './webcrypto.js'

/** The algorithm that was asked for, if any was. */
export function algorithmOf(options: GenerateOptions): WebCryptoAlgorithm | undefined {
  const { algorithm } = optionsOf('options', options)
  const known = algorithm === undefined || algorithm === 'Ed25519' || algorithm === 'P-256'
  return known ? algorithm : bad('algorithm', '"Ed25519" or "P-256"')
}
