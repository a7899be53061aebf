// Fresh projects that have nothing but the packed package installed.

import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The folder of the development tools. */
export const tools = join(dirname(fileURLToPath(import.meta.url)), '../..')
const target = join(tools, '../../target/npm')
const { version } = JSON.parse(readFileSync(join(tools, 'npm/package.json'), 'utf8'))

/** What `npm install` is given. */
export const tarball = join(target, `allod-${version}.tgz`)

const text = (name) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), name), 'utf8')

/** What uses the package: some of everything, so that a loader that gives out half of it is found out. */
export const sample = text('sample.mjs')

/** What tries to do without randomness. */
export const randomness = text('randomness.mjs')

const refused = ['no-randomness', 'no-randomness', 'no-randomness', 'no-randomness', 'no-randomness']

/** What has to come of that. */
export const failedClosed = {
  'no crypto': refused,
  'no getRandomValues': refused,
  'one that is no function': refused,
  'one that fails': refused,
  real: ['made a key', 'made a key', 'made a key', 'made a token', 'made a token'],
}

/** What it has to have seen; before `init`, calls go through only where the module was loaded at once. */
export const seen = (before) => ({ before, allowed: '/photos/read', denied: 'policy-unsatisfied', refused: [true, 'DidError', 'malformed'] })

const folders = []
let installed

/** A folder with the package installed in it, and these files: names and texts. */
export function project(files, manifest = {}) {
  const folder = empty()
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'fresh', private: true, ...manifest }))
  cpSync(install(), join(folder, 'node_modules'), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Runs Node in the folder; answers with what it prints. */
export async function node(folder, ...options) {
  const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: folder })
  return stdout.trim()
}

/** Removes them all. */
export function removeProjects() {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  installed = undefined
}

/** npm is asked once: it would put the same files there each time. */
function install() {
  if (installed) return installed
  const folder = empty()
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'first', private: true }))
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball], {
    cwd: folder,
    shell: process.platform === 'win32',
  })
  installed = join(folder, 'node_modules')
  return installed
}

function empty() {
  const folder = mkdtempSync(join(tmpdir(), 'allod-project-'))
  folders.push(folder)
  return folder
}
