// One page with the package beside it, and a browser that has opened it.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve } from '../../serve.mjs'
import { openChromium } from './chromium.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** The project's folder. */
export const root = join(here, '../../../..')

/**
 * Serves this page, the package in `dist`, these files of the tests, and these folders by name. `open()` gives the page, once it has set
 * `loaded`; `close()` ends all of it.
 */
export async function openPage(html, { files = [], folders = {}, headers }) {
  const site = mkdtempSync(join(tmpdir(), 'allod-page-'))
  const all = { dist: join(root, 'target/npm/package/dist'), ...folders }
  for (const [name, folder] of Object.entries(all)) cpSync(folder, join(site, name), { recursive: true })
  for (const file of files) cpSync(join(here, '..', file), join(site, file))
  writeFileSync(join(site, 'index.html'), html)
  const server = await serve(site, { headers })
  const browser = await openChromium()
  return { open, close }

  async function open() {
    const page = await browser.context.newPage()
    await page.goto(server.url)
    await page.waitForFunction(() => globalThis.loaded, undefined, { timeout: 30_000 })
    return page
  }

  async function close() {
    await browser.close()
    await server.close()
    rmSync(site, { recursive: true, force: true })
  }
}
