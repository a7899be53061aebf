// What is asked of a store, whoever wrote it.

import { AllodError, StoreError, bad } from '../errors.js'
import type { Store } from './store.js'

/** What a store answers; what it throws comes out as an error of this package. @internal */
export async function answerOf<T>(asked: () => Promise<T>): Promise<T> {
  try {
    return await asked()
  } catch (cause) {
    throw cause instanceof AllodError ? cause : new StoreError('store-failed', 'the store did not answer as stores do', { cause })
  }
}

const METHODS = ['delegation', 'delegations', 'areRevoked', 'syncedAt', 'putDelegations', 'putRevocation', 'putReceipt', 'names'] as const

/** Checks that something is a store, or has what is asked of one here. @internal */
export function storeOf<S extends Partial<Store>>(store: S, methods: readonly (keyof Store)[] = METHODS): S {
  return methods.every((method) => typeof (store as S | null | undefined)?.[method] === 'function') ? store : bad('store', 'a Store')
}
