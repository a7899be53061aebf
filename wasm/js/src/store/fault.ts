// Why a store did not do what it was asked: each with its code, and what to do.

import { StoreError } from '../errors.js'

const MESSAGES = {
  unavailable: 'no IndexedDB here: allow site data, leave the private window, or use a MemoryStore',
  'newer-format': 'a newer version of this page wrote the database: reload',
  'in-use': 'another tab holds the database up: close the other tabs of this site',
  superseded: 'another tab upgrades or deletes the database: reload',
  closed: 'the store is closed: open it again',
  lost: 'the browser closed the database: open it again',
  full: 'no room is left, and nothing was changed: free some, or sweep',
  damaged: 'the store is damaged: delete the database, and take up again what it held',
  'bad-cursor': 'the cursor is not of this listing: begin anew',
  'not-cloneable': 'no keys are kept here',
  device: 'the database failed, and nothing was changed: try again, or reload',
} as const

/** The codes of the errors of stores. */
export type StoreCode = keyof typeof MESSAGES

/** An error with its remedy; `what` says more about what was found. */
export function fault(code: StoreCode, what?: string, cause?: unknown): StoreError {
  const message = MESSAGES[code]
  return new StoreError(code, what === undefined ? message : `${message} (${what})`, { cause })
}

const NAMES: Partial<Record<string, StoreCode>> = {
  DataCloneError: 'not-cloneable',
  InvalidStateError: 'lost',
  NotFoundError: 'damaged',
  QuotaExceededError: 'full',
  SecurityError: 'unavailable',
  VersionError: 'newer-format',
}

/** What IndexedDB says, as ours; what it did not say stays as it is. */
export function translated(error: unknown, code?: StoreCode): unknown {
  if (!(error instanceof DOMException)) return error
  return fault(code ?? NAMES[error.name] ?? 'device', String(error), error)
}
