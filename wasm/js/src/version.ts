import { ask } from './raw.js'

/** The version of the library. */
export function version(): string {
  return ask('version', {})
}
