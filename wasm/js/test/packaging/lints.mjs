// What two tools say of the package: publint of its manifest, arethetypeswrong of how its types are found.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { tarball, tools } from './project.mjs'

const made = join(tools, '../../target/npm/package')

/** The complaints of publint. */
export async function manifestProblems() {
  const { messages, pkg } = await publint({ pkgDir: made, strict: true, pack: false })
  return messages.map((message) => `${message.code}: ${formatMessage(message, pkg, { color: false })}`)
}

/** The complaints of arethetypeswrong: the way they are found, and by whom. */
export async function typeProblems() {
  const attw = join(tools, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  const options = ['--format', 'json', '--no-definitely-typed']
  // It ends before a pipe has taken all that it says.
  const folder = mkdtempSync(join(tmpdir(), 'allod-types-'))
  try {
    const file = join(folder, 'said.json')
    const said = openSync(file, 'w')
    // Its exit code counts what is left out here by name.
    await once(spawn(process.execPath, [attw, tarball, ...options], { stdio: ['ignore', said, 'inherit'] }), 'exit')
    closeSync(said)
    return complaintsOf(JSON.parse(readFileSync(file, 'utf8')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function complaintsOf({ analysis }) {
  return Object.values(analysis.entrypoints).flatMap(({ subpath, resolutions }) =>
    Object.values(resolutions).flatMap((resolution) => complaints(analysis, subpath, resolution)))
}

function complaints(analysis, subpath, { resolutionKind, visibleProblems = [] }) {
  return visibleProblems
    .map((index) => analysis.problems[index].kind)
    .filter((kind) => !leftOut(subpath, resolutionKind, kind))
    .map((kind) => `${subpath} by ${resolutionKind}: ${kind}`)
}

function leftOut(subpath, resolution, kind) {
  // No code, and no types.
  if (subpath.endsWith('.wasm')) return true
  // Before `exports` was known there was one entry, and that works.
  if (subpath !== '.' && resolution === 'node10') return true
  // These are for browsers, which have no CommonJS.
  return subpath !== '.' && kind === 'CJSResolvesToESM'
}
