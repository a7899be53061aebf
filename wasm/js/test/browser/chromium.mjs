// Chromium as the tests want it: Debian's, without a window, and with nothing to say to anyone.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The program: `cargo xtask` names it. */
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** A browser with a profile of its own, which `close` removes. Of `context.newPage()` each has the same storage. */
export async function openChromium(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'allod-chromium-'))
  const context = await openProfile(profile, options)
  const close = async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return { context, profile, close }
}

/** A browser with the profile in this folder: opened, closed and opened again, it remembers. */
export async function openProfile(profile, options = {}) {
  // Long enough for a machine that does much else: a test that fails says why, sooner.
  const timeout = 120_000
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: QUIET, timeout, ...options })
  context.setDefaultTimeout(timeout)
  return context
}
