// Whether everyone can use the page: by names, structure, contrast, sizes and focus; in light and dark, on a phone and on a desk.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { contrast, names, structure, targets, width, wrong } from './demo-checks.mjs'
import { openDemo, ready } from './demo-page.mjs'

let demo
before(async () => (demo = await openDemo()))
after(() => demo?.close())
afterEach(() => demo.check())

const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 900 } }

/** What the page looks like at each of these, with everything opened that can be. */
const STATES = {
  nothing: async () => {},
  allowed: (page) => sample(page, 'allowed'),
  denied: (page) => sample(page, 'policy'),
  broken: (page) => sample(page, 'broken'),
  missing: (page) => sample(page, 'missing'),
  powerline: (page) => sample(page, 'powerline'),
  receipt: (page) => sample(page, 'receipt'),
  rubbish: async (page) => {
    await page.fill('#input', 'rubbish')
    await page.waitForSelector('#what .bad')
  },
  nobody: (page) => page.click('#tab-try'),
  someone: async (page) => {
    await page.click('#tab-try')
    await page.click('#as-bob')
    await page.click('#make')
    await page.waitForSelector('#work:not([hidden])')
    await page.selectOption('#if', 'json')
    await page.fill('#to-did', 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK')
    await page.check('input[value="never"]')
    await page.click('#grant-button')
    await page.waitForSelector('#given .back')
    await page.click('#ask-button')
    await page.waitForSelector('#asked .parcel')
    await page.fill('#door-input', await page.inputValue('#asked .parcel-text'))
    await page.click('#door button')
    await page.waitForSelector('#requests .verdict')
  },
}

async function sample(page, name) {
  await page.selectOption('#sample', '')
  await page.selectOption('#sample', name)
  await page.waitForSelector('#result .token')
}

async function opened(page) {
  await page.evaluate(() => document.querySelectorAll('main details').forEach((it) => (it.open = true)))
  if (await page.locator('#settings').isVisible()) await page.check('#time-chosen')
  await page.waitForTimeout(50)
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${size}, ${colorScheme}`, { timeout: 900_000 }, async () => {
      const page = await demo.context.newPage()
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(demo.url)
      await ready(page)
      for (const [state, make] of Object.entries(STATES)) {
        await make(page)
        assert.deepEqual(await width(page), [], state)
        await opened(page)
        assert.deepEqual(await wrong(page), [], `${state}, all opened`)
      }
      await demo.forget()
    })
  }
}

test('the checks find what is wrong', async () => {
  const page = await demo.open()
  await page.evaluate(() => {
    const add = (name, attributes, text = '') => {
      const it = document.createElement(name)
      for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value)
      it.textContent = text
      document.querySelector('#inspect').append(it)
      return it
    }
    const button = add('button', { type: 'button', id: 'input' })
    button.style.width = '20px'
    add('label', { for: 'nowhere' }, 'a label')
    add('h5', {}, 'too deep')
    add('p', {}, 'pale').style.color = '#c8c4b8'
    add('div', {}, 'wide').style.width = '3000px'
  })
  assert.ok((await names(page)).length > 0)
  const found = await structure(page)
  for (const part of ['two have the id input', 'leads nowhere', 'comes after'])
    assert.ok(
      found.some((one) => one.includes(part)),
      part,
    )
  assert.ok((await contrast(page)).some((one) => one.includes('pale')))
  assert.ok((await targets(page)).length > 0)
  assert.ok((await width(page)).length > 0)
  await page.close()
})

test('what has the focus shows it, and Tab goes through everything once', { timeout: 300_000 }, async () => {
  const page = await demo.open()
  await sample(page, 'allowed')
  const seen = []
  for (let times = 0; times < 60; times++) {
    await page.keyboard.press('Tab')
    const one = await page.evaluate(() => {
      const it = document.activeElement
      if (!it || it === document.body) return undefined
      const outlined = it.classList.contains('unseen') ? it.closest('label') : it
      const { outlineStyle, outlineWidth } = getComputedStyle(outlined)
      const { top, bottom } = outlined.getBoundingClientRect()
      return {
        what: `${it.localName}#${it.id} ${it.textContent.trim().slice(0, 20)}`,
        ring: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
        inView: bottom > 0 && top < innerHeight,
      }
    })
    if (!one) break
    assert.ok(one.ring && one.inView, one.what)
    seen.push(one.what)
  }
  for (const part of [
    'a# Skip',
    'button#theme',
    'button#tab-inspect',
    'textarea#input',
    'input#file',
    'select#sample',
    'input#executor',
    'summary# ✓The invocation',
  ]) {
    assert.ok(
      seen.some((what) => what.startsWith(part)),
      `${part} among ${seen.join(' | ')}`,
    )
  }
  await page.close()
})

test('the skip link skips, and the tabs follow the arrows', async () => {
  const page = await demo.open()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main')
  await page.focus('#tab-inspect')
  for (const [key, tab] of [
    ['ArrowRight', 'try'],
    ['ArrowRight', 'inspect'],
    ['ArrowLeft', 'try'],
    ['Home', 'inspect'],
    ['End', 'try'],
  ]) {
    await page.keyboard.press(key)
    assert.equal(await page.evaluate(() => document.activeElement.id), `tab-${tab}`)
    assert.ok(await page.locator(`#${tab}`).isVisible())
    assert.equal(await page.locator('[role=tab][aria-selected=true]').count(), 1)
  }
  await page.close()
})

test('results are told to those who listen', async () => {
  const page = await demo.open()
  await sample(page, 'expired')
  await page.waitForFunction(() => document.getElementById('status').textContent.startsWith('Denied: expired'))
  await sample(page, 'allowed')
  await page.waitForFunction(() => document.getElementById('status').textContent === 'Allowed.')
  assert.equal(await page.getAttribute('#status', 'role'), 'status')
  await page.close()
})

test('light and dark: by the system, by the switch, and after coming back', async () => {
  const page = await demo.context.newPage()
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(demo.url)
  await ready(page)
  const light = await ground()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await ground()
  assert.notEqual(light, dark)
  // The page hears of it at its next frame, not before.
  await page.waitForFunction(() => document.getElementById('theme').getAttribute('aria-pressed') === 'true')
  await page.click('#theme')
  assert.equal(await ground(), light)
  assert.equal(await page.getAttribute('#theme', 'aria-pressed'), 'false')
  await page.reload()
  assert.equal(await ground(), light)
  await page.evaluate(() => localStorage.clear())
  await page.close()
})

test('nothing jumps while it loads, and nothing moves for those who do not want it', async () => {
  const page = await demo.context.newPage()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.addInitScript(() => {
    globalThis.shifted = 0
    new PerformanceObserver((list) =>
      list.getEntries().forEach((entry) => (globalThis.shifted += entry.hadRecentInput ? 0 : entry.value)),
    ).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(demo.url)
  await ready(page)
  await page.waitForTimeout(300)
  const { shifted, moving } = await page.evaluate(() => ({
    shifted: globalThis.shifted,
    moving: [...document.querySelectorAll('*')].filter(
      (it) => !['0s', ''].includes(getComputedStyle(it).transitionDuration) || getComputedStyle(it).animationName !== 'none',
    ).length,
  }))
  assert.ok(shifted < 0.02, `it shifted by ${shifted}`)
  assert.equal(moving, 0)
  await page.close()
})
