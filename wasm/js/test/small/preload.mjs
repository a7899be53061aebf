// Loaded before a test (`node --import`): Node gets the small module then, which is for browsers, in the place of the fast one.

import fs from 'node:fs'

const { readFileSync } = fs
fs.readFileSync = (path, ...options) => {
  if (!String(path).endsWith('/allod-fast.wasm')) return readFileSync(path, ...options)
  globalThis.inPlaceOfTheFastModule = String(path).replace('/allod-fast.wasm', '/allod.wasm')
  return readFileSync(globalThis.inPlaceOfTheFastModule, ...options)
}
