// Sample projects in TypeScript, compiled as strictly as can be.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { project, tools } from './project.mjs'

const text = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'sample.ts'), 'utf8')

const KINDS = {
  bundler: { file: 'sample.ts', module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'] },
  // Without the types of browsers: none of them is needed.
  'node16-esm': { file: 'sample.mts', module: 'Node16', moduleResolution: 'node16', lib: ['ES2022'] },
  'node16-cjs': { file: 'sample.cts', module: 'Node16', moduleResolution: 'node16', lib: ['ES2022'] },
}

/** What the compiler says: nothing, if all is well. */
export async function compile(kind, imported = 'allod') {
  const { file, ...options } = KINDS[kind]
  const strictest = { target: 'ES2022', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false }
  const compilerOptions = { ...options, ...strictest, noEmit: true, types: [] }
  // So that these are looked at too.
  const others = ['allod/web', 'allod/slim', 'allod/inline', 'allod/lite/web', 'allod/lite/slim', 'allod/lite/inline']
  const entries = others.map((entry) => `import type {} from '${entry}'\n`).join('')
  const sample = text.replace("'allod'", `'${imported}'`)
  const folder = project({ [file]: kind === 'node16-cjs' ? sample : entries + sample, 'tsconfig.json': JSON.stringify({ compilerOptions, files: [file] }) })
  const tsc = join(tools, 'node_modules/typescript/bin/tsc')
  const said = await promisify(execFile)(process.execPath, [tsc, '-p', '.'], { cwd: folder }).catch((failed) => failed)
  return said.stdout.trim()
}
