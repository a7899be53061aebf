// The inspector page, served as `cargo xtask demo` serves it, in a browser that tells of every request that would leave it.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble } from '../../demo.mjs'
import { serve } from '../../serve.mjs'
import { openChromium } from './chromium.mjs'

/** The page's site, with the page `under` a path of it, and a browser of its own. `check` fails where anything left the origin, or anything complained. */
export async function openDemo({ under = '', ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'allod-demo-'))
  assemble(join(folder, under))
  const server = await serve(folder)
  const browser = await openChromium({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC', locale: 'en-GB', ...options })
  const { context } = browser
  // The machine may be busy with other things.
  context.setDefaultTimeout(60_000)
  const complaints = []
  context.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(`console: ${message.text()}`))
  context.on('weberror', (error) => complaints.push(`error: ${error.error().stack}`))
  await context.route('**/*', (route) => {
    const url = route.request().url()
    if (url.startsWith(`${server.url}/`)) return route.continue()
    complaints.push(`request: ${url}`)
    return route.abort()
  })
  return {
    url: server.url,
    context,
    complaints,
    /** A tab with the page in it, ready. */
    async open(where = '/', script = undefined) {
      const page = await context.newPage()
      if (script) await page.addInitScript(script)
      await page.goto(server.url + under + where)
      await ready(page)
      return page
    },
    /** Closes all tabs, and forgets what the site kept. */
    async forget() {
      const page = await context.newPage()
      for (const other of context.pages()) if (other !== page) await other.close()
      await page.goto(`${server.url}/theme.js`)
      await page.evaluate(async () => {
        localStorage.clear()
        for (const { name } of await indexedDB.databases()) {
          await new Promise((resolve) => {
            const request = indexedDB.deleteDatabase(name)
            request.onsuccess = request.onerror = request.onblocked = resolve
          })
        }
      })
    },
    check() {
      assert.deepEqual(complaints.splice(0), [])
    },
    async close() {
      await browser.close()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until the library is loaded. */
export const ready = (page) => page.waitForSelector('html[data-ready]', { timeout: 60_000 })

/** Puts a text into the inspector, and waits until the page has looked at it. */
export async function put(page, text) {
  await page.fill('#input', '')
  await page.waitForFunction(() => document.getElementById('what').textContent === '')
  await page.fill('#input', text)
  await page.waitForFunction(() => document.getElementById('what').textContent !== '')
}

/** Presses Tab until what has the focus is called like that. */
export async function tabTo(page, name, most = 80) {
  const seen = []
  for (let times = 0; times < most; times++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const it = document.activeElement
      return (it?.getAttribute('aria-label') ?? it?.labels?.[0]?.textContent ?? it?.textContent ?? '').trim()
    })
    if (focused.startsWith(name)) return times + 1
    seen.push(focused.slice(0, 30))
  }
  throw new Error(`"${name}" was not reached by Tab, but ${seen.join(' | ')}`)
}
