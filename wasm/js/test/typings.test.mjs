// The types, held against a sample that says of each line whether it has to be taken or refused.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { project, removeProjects, tools } from './packaging/project.mjs'

after(removeProjects)

const text = readFileSync(new URL('packaging/typings.ts', import.meta.url), 'utf8')

/** What the compiler says of it, at its strictest. */
async function compiled(text) {
  const compilerOptions = {
    target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'], types: [], noEmit: true, skipLibCheck: false, strict: true,
    exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noImplicitOverride: true, noFallthroughCasesInSwitch: true,
  }
  const folder = project({ 'typings.ts': text, 'tsconfig.json': JSON.stringify({ compilerOptions, files: ['typings.ts'] }) })
  const tsc = join(tools, 'node_modules/typescript/bin/tsc')
  const said = await promisify(execFile)(process.execPath, [tsc, '-p', '.'], { cwd: folder }).catch((failed) => failed)
  return said.stdout.trim()
}

test('what has to be taken is taken, and what has to be refused is refused', async () => {
  assert.ok(text.match(/@ts-expect-error/g).length > 40)
  assert.equal(await compiled(text), '')
})

test('the sample finds a code of a denial that it does not know', async () => {
  const said = await compiled(text.replace("case 'replayed': ", ''))
  assert.match(said, /not assignable to type 'never'/)
})
