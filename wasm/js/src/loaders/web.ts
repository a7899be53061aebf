// For browsers: the module is fetched from beside this file.

import { start } from './start.js'

export * from '../index.js'

/**
 * Loads the WASM module. Await it once before the first call of anything else; further calls cost nothing.
 *
 * @throws {@link NotReadyError} if the module cannot be fetched or compiled. It can be tried again.
 */
export function init(): Promise<void> {
  return start(() => fetch(new URL('./allod.wasm', import.meta.url)))
}
