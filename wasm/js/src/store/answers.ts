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

/** Checks that something is a store. @internal */
export function storeOf(store: Store): Store {
  const methods = ['delegation', 'delegations', 'areRevoked', 'syncedAt', 'putDelegations', 'putRevocation', 'putReceipt', 'names'] as const
  return methods.every((method) => typeof (store as Store | null | undefined)?.[method] === 'function') ? store : bad('store', 'a Store')
}
