// For Node: the module is read from beside this file, as it is loaded; the fast one, since nobody waits for its download. Of `allod/lite`
// there is one.

import { NotReadyError } from '../errors.js'
import { startAtOnce } from './start.js'

export * from '../index.js'

/** In Node the WASM module is there from the beginning: this is for code that runs elsewhere too. */
export function init(): Promise<void> {
  return Promise.resolve()
}

declare const require: NodeJS.Require
declare const __dirname: string

/** Whether this is `allod/lite`. @internal */
declare const LITE: boolean

const FILE = LITE ? 'allod.wasm' : 'allod-fast.wasm'

startAtOnce(module())

function module(): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(builtin('node:fs').readFileSync(`${__dirname}/${FILE}`))
  } catch (cause) {
    return inlined(cause)
  }
}

/** A bundler that has put this file elsewhere has left the module behind, and taken this along. */
function inlined(cause: unknown): Uint8Array<ArrayBuffer> {
  let bytes: { default: string }
  try {
    bytes = require('./bytes.js') as { default: string }
  } catch {
    throw new NotReadyError('not-loaded', `${FILE} is not beside the package's node.cjs: install \`allod\` again`, { cause })
  }
  return new Uint8Array(builtin('node:zlib').gunzipSync(Buffer.from(bytes.default, 'base64')))
}

/** A bundle in the form of an ES module has no `require`; Node before 20.16 has nothing else. */
function builtin<Name extends 'node:fs' | 'node:zlib'>(name: Name): Builtins[Name] {
  const found: unknown = process.getBuiltinModule?.(name)
  return (found ?? require(name)) as Builtins[Name]
}

interface Builtins {
  'node:fs': typeof import('node:fs')
  'node:zlib': typeof import('node:zlib')
}
