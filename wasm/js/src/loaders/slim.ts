// For whoever has the module already, or fetches it in a way of its own.

import { start, type Source, type WasmResponse } from './start.js'

export * from '../index.js'
export type { Source, WasmResponse }

/**
 * Starts the WASM module with what is handed over: the bytes of `allod/allod.wasm` or of `allod/allod-fast.wasm`, a
 * `Response` that carries them, a compiled `WebAssembly.Module`, or a promise of one of these; `allod/lite/slim` takes
 * `allod/lite/allod.wasm`, and no other. Await it once before the first call of anything else; once it has succeeded, further calls cost nothing, whatever they are given.
 *
 * @throws {@link NotReadyError} if that is not this version's module. It can be tried again.
 */
export function init(source: Source | PromiseLike<Source>): Promise<void> {
  return start(() => source)
}
