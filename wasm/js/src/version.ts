import { call } from './raw.js'

/** The version of the library. */
export function version(): string {
  return call((core) => core.version())
}
