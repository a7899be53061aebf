// Pages with the package in them, all of one site, and a browser that can be closed, killed, and started again.

import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { serve } from '../../serve.mjs'
import { executablePath, openProfile } from './chromium.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, '../../../../target/npm/package/dist')

const PAGE = `<!doctype html><meta charset="utf-8"><title>store</title><link rel="icon" href="data:,">
<script type="module">
  import * as allod from './dist/web.js'
  import * as forging from './store-forge.mjs'
  import { suite } from './store-suite.mjs'
  await allod.init()
  Object.assign(globalThis, { allod, ...forging, ...forging.forge(allod), suite: suite(allod), loaded: true })
</script>`

/** What is to be ended whatever becomes of the tests. */
const leftovers = new Set()

/** Ends all of it: for what a test that ran out of time left behind. */
export async function closeAll() {
  for (const close of [...leftovers].reverse()) await close().catch(() => {})
}

/** Remembers what ends something until that was done. */
function ended(close) {
  const once = async () => {
    if (leftovers.delete(once)) await close()
  }
  leftovers.add(once)
  return once
}

/** A site with the package on it. It keeps its address, and so its storage, however often browsers come and go. */
export async function openSite() {
  const folder = mkdtempSync(join(tmpdir(), 'allod-site-'))
  cpSync(dist, join(folder, 'dist'), { recursive: true })
  for (const file of ['store-forge.mjs', 'store-suite.mjs']) cpSync(join(here, '..', file), join(folder, file))
  writeFileSync(join(folder, 'index.html'), PAGE)
  // So that a page of nowhere, in a sandboxed frame, can load it as well.
  const server = await serve(folder, { headers: { 'access-control-allow-origin': '*' } })
  const profile = mkdtempSync(join(tmpdir(), 'allod-profile-'))
  return {
    url: server.url,
    /** A browser with this site's profile. */
    async browser() {
      const context = await openProfile(profile)
      ended(() => context.close())
      return context
    },
    killable: () => killable(profile),
    close: ended(async () => {
      await server.close()
      for (const it of [folder, profile]) rmSync(it, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    }),
  }
}

/** A tab of a browser, with the package and the forge as globals. */
export async function tab(context, url) {
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction(() => globalThis.loaded, undefined, { timeout: 120_000 })
  return page
}

/** A browser whose processes are killed, all of them at once and without a word. */
async function killable(profile) {
  const port = join(profile, 'DevToolsActivePort')
  rmSync(port, { force: true })
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  const process_ = spawn(
    executablePath,
    [...options, '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    // A group of its own, so that nothing of it is left.
    { detached: true, stdio: 'ignore' },
  )
  const exited = new Promise((resolve) => process_.once('exit', resolve))
  const kill = ended(async () => {
    process.kill(-process_.pid, 'SIGKILL')
    await exited
  })
  for (let times = 0; !existsSync(port) || !readFileSync(port, 'utf8').includes('\n'); times++) {
    if (times > 2000) throw new Error('the browser did not start')
    await sleep(50)
  }
  const [number] = readFileSync(port, 'utf8').split('\n')
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${number}`)
  return {
    context: browser.contexts()[0],
    async kill() {
      await kill()
      await browser.close().catch(() => {})
    },
  }
}
