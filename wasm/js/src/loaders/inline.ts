// For bundlers, whatever they know of WASM: the module is in the JavaScript.

import bytes from './bytes.js'
import { start } from './start.js'

export * from '../index.js'

/**
 * Starts the WASM module. Await it once before the first call of anything else; further calls cost nothing.
 *
 * @throws {@link NotReadyError} if the module cannot be compiled. It can be tried again.
 */
export function init(): Promise<void> {
  return start(async () => {
    const zipped = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
    const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Response(stream).arrayBuffer()
  })
}
