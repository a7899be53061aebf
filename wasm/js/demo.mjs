// Puts the page of wasm/demo together in target/demo, where any server of static files can have it from; `cargo xtask demo`
// runs this, and serves it.

import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serve } from './serve.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')

/** The page, and beside it the library in `allod/`: what its browser entry loads. Answers with the folder. */
export function assemble(folder = join(root, 'target/demo')) {
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(root, 'wasm/demo'), folder, { recursive: true })
  mkdirSync(join(folder, 'allod'), { recursive: true })
  for (const file of ['web.js', 'allod.js', 'allod.wasm']) {
    cpSync(join(root, 'target/npm/package/dist', file), join(folder, 'allod', file))
  }
  return folder
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { url } = await serve(assemble(), { port: Number(process.argv[2] ?? 0) })
    console.log(`   ${url}/`)
  } catch (error) {
    console.error(`the page cannot be served: ${error.message}`)
    process.exitCode = 1
  }
}
