// Bringing the WASM module up, once, wherever it comes from.

import startModule, { initSync } from 'allod-glue'
import { ArgumentError, NotReadyError } from '../errors.js'

/** A `Response`, said anew so that these types need no others. */
export interface WasmResponse {
  readonly ok: boolean
  arrayBuffer(): Promise<ArrayBuffer>
}

/** The module: its bytes, a `Response` that carries them, or a `WebAssembly.Module`, of which types say no more than this. */
export type Source = ArrayBuffer | ArrayBufferView | WasmResponse | object

/** What the build has written into the module that belongs to this code, and whether that is `allod/lite`. @internal */
declare const MODULE_MARK: string
declare const LITE: boolean

let up = false
let starting: Promise<void> | undefined

/** Whether the module can be called. @internal */
export function started(): boolean {
  return up
}

/**
 * Starts the module with what `source` gives; calls beside and after the first share its outcome, unless it failed.
 *
 * @internal
 */
export function start(source: () => Source | PromiseLike<Source>): Promise<void> {
  starting ??= load(source).catch((error: unknown) => {
    starting = undefined
    throw error
  })
  return starting
}

/** Starts the module at once, from its bytes: for where that may block. @internal */
export function startAtOnce(bytes: Uint8Array<ArrayBuffer>): void {
  try {
    initSync({ module: checked(new WebAssembly.Module(bytes)) })
  } catch (cause) {
    throw notReady(cause)
  }
  up = true
}

async function load(source: () => Source | PromiseLike<Source>): Promise<void> {
  try {
    await startModule({ module_or_path: checked(await compiled(await source())) })
  } catch (cause) {
    throw notReady(cause)
  }
  up = true
}

async function compiled(source: Source): Promise<WebAssembly.Module> {
  if (is(source, 'WebAssembly.Module')) return source as WebAssembly.Module
  if (is(source, 'Response')) return streamed(source as Response)
  if (is(source, 'ArrayBuffer') || ArrayBuffer.isView(source)) return WebAssembly.compile(source as BufferSource)
  throw new ArgumentError('bad-argument', 'source: a WebAssembly.Module, a Response or its bytes is expected')
}

/** Compiled as it arrives, where its server says that it is WASM; else from its bytes. */
async function streamed(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`the server answers ${response.url} with status ${response.status}`)
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/wasm') return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}

/** An older module, out of a cache, would be called with the wrong arguments. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  const [mark] = WebAssembly.Module.customSections(module, 'allod')
  if (mark === undefined || new TextDecoder().decode(mark) !== MODULE_MARK) {
    throw new NotReadyError('wrong-module', `that is not the WASM module of this version of \`${LITE ? 'allod/lite' : 'allod'}\``)
  }
  return module
}

function notReady(cause: unknown): unknown {
  if (cause instanceof NotReadyError || cause instanceof ArgumentError) return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new NotReadyError('not-loaded', `the WASM module could not be loaded: ${why}`, { cause })
}

/** Also where the value comes from another window. */
function is(value: unknown, type: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${type}]`
}
