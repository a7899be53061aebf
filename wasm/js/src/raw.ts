/** The only way into WebAssembly. */

import { RawKey, ask as askCore, initSync, unsigned } from 'allod-glue'
import { AllodError, NotReadyError, errorOf } from './errors.js'
import { started } from './loaders/start.js'
import { decode, encode } from './value.js'

const core = { RawKey, ask: askCore, unsigned }
let broken: AllodError | undefined

/** As many arguments as take the room on the stack that the core may need. */
const ROOM = /* @__PURE__ */ Array<undefined>(16_384).fill(undefined)
/** Where there is less left, this fails: the call of whoever has used it up, and not the core in the midst of its work. */
function roomy(..._room: undefined[]): number {
  // Not nothing, which minifiers would leave out with the call; and not a list of them, which would have to be made.
  return arguments.length
}

/** Calls into the core: what it throws comes out as an error of this package. @internal */
export function call<T>(run: (reached: typeof core) => T): T {
  if (!(started() && roomy(...ROOM))) throw new NotReadyError('not-ready', 'the library is not loaded yet: call `await init()` first')
  if (broken) throw broken
  try {
    return run(core)
  } catch (thrown) {
    const error = errorOf(thrown)
    // After a trap nothing in that memory can be relied on.
    if (error instanceof AllodError && error.code === 'fault') broken = error
    throw error
  }
}

/** Asks the core, and gives its answer. @internal */
export function ask<T>(what: string, question: object, frozen = false): T {
  const asked = encode(question, what)
  return decode(call(() => askCore(asked)), frozen) as T
}

/** Copies a secret out of the memory of the core, which wipes it then. @internal */
export function take([start = 0, length = 0]: Uint32Array): Uint8Array<ArrayBuffer> {
  // Started already, it answers with what was started.
  const { memory } = initSync({ module: new Uint8Array() })
  return new Uint8Array(memory.buffer, start, length).slice() as Uint8Array<ArrayBuffer>
}
