// Two tabs are two people: granting, using and taking back between them, by keyboard alone, by the channel and without it.

import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import * as allod from '../../../../target/npm/package/dist/node.mjs'
import { openDemo, ready, tabTo } from './demo-page.mjs'

let demo
before(async () => (demo = await openDemo()))
after(() => demo?.close())
afterEach(async () => {
  await demo.forget()
  demo.check()
})

/** A tab with a person who has an identity; `script` runs before the page does. */
async function person(name, script) {
  const page = await demo.open(`/?as=${name}#try`, script)
  if (await page.locator('#make').isVisible()) await page.click('#make')
  await page.waitForSelector('#work:not([hidden])')
  return page
}

const didOf = (page) => page.textContent('#me .whole code')

/** That a part of a page shows something, at the latest when the machine has had time for it. */
async function shows(page, selector, pattern) {
  // By the clock: a tab in the background draws nothing.
  for (let left = 600; left > 0 && !pattern.test((await page.textContent(selector)) ?? ''); left--) await page.waitForTimeout(100)
  assert.match((await page.textContent(selector)) ?? '', pattern)
}

/** Tells a tab that it is looked at, without what a mouse does. */
async function front(page) {
  await page.bringToFront()
  return page
}

test('the whole path by keyboard alone, in two minutes at a key a second', { timeout: 600_000 }, async () => {
  let pressed = 0
  const alice = await demo.open()
  const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key)
    pressed += keys.length
  }
  const tabs = async (page, name) => (pressed += await tabTo(page, name))
  const focused = (page, id) =>
    page.waitForFunction((id) => document.activeElement?.id === id || document.activeElement?.classList.contains(id), id)

  await tabs(alice, 'Inspect')
  await press(alice, 'ArrowRight')
  assert.equal(await alice.getAttribute('#tab-try', 'aria-selected'), 'true')
  await tabs(alice, 'Be Alice')
  await press(alice, 'Enter')
  await focused(alice, 'make')
  await press(alice, 'Enter')
  await focused(alice, 'who-title')

  // Back to the path, which stands before it.
  await press(alice, 'Shift+Tab')
  const opening = demo.context.waitForEvent('page')
  await press(alice, 'Enter')
  const bob = await opening
  await ready(bob)
  await front(bob)
  await tabs(bob, 'Go there')
  await press(bob, 'Enter')
  await focused(bob, 'make')
  await press(bob, 'Enter')
  await focused(bob, 'who-title')

  await front(alice)
  await alice.waitForFunction(() => document.querySelector('#story .next')?.textContent.includes('lets Bob look'))
  await tabs(alice, 'Go there')
  await press(alice, 'Enter')
  await focused(alice, 'grant-button')
  await press(alice, 'Enter')
  await focused(alice, 'send')
  await press(alice, 'Enter')

  await front(bob)
  await bob.waitForSelector('.take')
  await tabs(bob, 'Go there')
  await press(bob, 'Enter')
  await focused(bob, 'take')
  await press(bob, 'Enter')
  await focused(bob, 'use')
  await press(bob, 'Enter')
  await focused(bob, 'ask-button')
  await press(bob, 'Enter')
  await focused(bob, 'send')
  await press(bob, 'Enter')
  await bob.waitForSelector('.photos')
  assert.equal(await bob.locator('.photos li').count(), 3)
  await shows(bob, '#asked', /Alice on \/album\/look: ✓ allowed/)
  await shows(alice, '#requests', /Bob asks for \/album\/look.*✓ Allowed/)

  await front(alice)
  await tabs(alice, 'Go there')
  await press(alice, 'Enter')
  await focused(alice, 'back')
  await press(alice, 'Enter')
  await focused(alice, 'send')
  await shows(alice, '#given', /taken back/)

  await front(bob)
  await bob.waitForFunction(() => document.querySelector('#story .next')?.textContent.includes('is denied'))
  await tabs(bob, 'Go there')
  await press(bob, 'Enter')
  await focused(bob, 'ask-button')
  await press(bob, 'Enter')
  await focused(bob, 'send')
  await press(bob, 'Enter')
  await bob.waitForSelector('#asked .bad')
  await shows(bob, '#asked', /✗ denied revoked/)
  await shows(alice, '#requests', /✗ Denied revoked.*in proof 0/)
  await shows(bob, '#story', /That is all/)
  await shows(alice, '#story', /That is all/)

  // Once the news arrives, Bob's own list knows of it.
  await front(alice)
  await press(alice, 'Enter')
  await bob.waitForFunction(() => document.getElementById('held').textContent.includes('taken back'))
  assert.ok(pressed <= 120, `${pressed} keys`)
})

test('without a channel: by copying and pasting', { timeout: 600_000 }, async () => {
  const without = () => delete globalThis.BroadcastChannel
  const [alice, bob] = [await person('alice', without), await person('bob', without)]
  const bobDid = await didOf(bob)
  const hand = async (from, where, to) => {
    await from.waitForSelector(`${where} .parcel-text`, { state: 'attached' })
    await to.fill('#door-input', await from.inputValue(`${where} .parcel-text >> nth=0`))
    await to.click('#door button')
    await to.waitForFunction(() => document.getElementById('door-input').value === '')
  }
  assert.equal(await alice.inputValue('#to'), '')
  await alice.fill('#to-did', 'did:nonsense')
  await alice.click('#grant-button')
  await alice.waitForFunction(() => document.getElementById('grant-problem').textContent !== '')
  await alice.fill('#to-did', bobDid)
  await alice.selectOption('#if', 'album')
  await alice.waitForFunction(() => document.getElementById('if-words').textContent.includes('summer'))
  await alice.click('#grant-button')
  await hand(alice, '#grant-result', bob)
  await shows(bob, '#held', /\/album\/look.+only if .album is "summer".+valid/)

  // What is not granted is said before anything is signed.
  await bob.click('.use')
  await bob.fill('#ask-args', '{"album": "diary"}')
  await bob.click('#ask-button')
  await bob.waitForFunction(() => document.getElementById('ask-problem').textContent.includes('Nothing that you hold allows it'))
  await bob.fill('#ask-args', '{"album": ')
  await bob.click('#ask-button')
  await bob.waitForFunction(() => /JSON/.test(document.getElementById('ask-problem').textContent))
  await bob.fill('#ask-args', '{"album": "summer"}')
  await bob.click('#ask-button')
  await hand(bob, '#asked', alice)
  await alice.waitForSelector('#requests .verdict.good')
  await hand(alice, '#requests', bob)
  await bob.waitForSelector('.photos')
  assert.equal(await bob.textContent('#ask-problem'), '')

  await alice.click('.back')
  await bob.click('#ask-button')
  await hand(bob, '#asked', alice)
  await alice.waitForSelector('#requests .verdict.bad')
  await hand(alice, '#requests', bob)
  await bob.waitForSelector('#asked .bad')
  await shows(bob, '#asked', /denied revoked/)
})

test('what is held can be handed on, and ends with what it rests on', { timeout: 600_000 }, async () => {
  const [alice, bob, carol] = [await person('alice'), await person('bob'), await person('carol')]
  const give = async (from, to, subject) => {
    const did = await didOf(to)
    await from.waitForFunction((did) => [...document.querySelectorAll('#to option')].some(({ value }) => value === did), did)
    await from.selectOption('#to', did)
    if (subject) await from.selectOption('#about', { label: subject })
    await from.click('#grant-button')
    await from.click('#grant-result .send')
    await to.click('.take')
    await to.waitForSelector('.use')
  }
  await give(alice, bob)
  await give(bob, carol, 'Alice')
  await carol.click('.use')
  await carol.click('#ask-button')
  await carol.click('#asked .send')
  await carol.waitForSelector('.photos')
  await alice.click('.back')
  await alice.waitForSelector('#revoke-result .send')
  await carol.click('#ask-button')
  await carol.click('#asked .send')
  await carol.waitForSelector('#asked .bad')
  await shows(carol, '#asked', /denied revoked/)
})

test('an identity outlives the tab, its key cannot be had, and it can be forgotten', { timeout: 600_000 }, async () => {
  let alice = await person('alice')
  const did = await didOf(alice)
  assert.equal(allod.readDid(did).method, 'key')
  await alice.close()
  alice = await person('alice')
  assert.equal(await didOf(alice), did)
  const exported = await alice.evaluate(async () => {
    const { KeyStore } = await import('./library.js')
    const { keyPair } = await (await KeyStore.open('allod-demo-keys')).get('alice')
    return crypto.subtle.exportKey('pkcs8', keyPair.privateKey).then(
      () => 'exported',
      (error) => error.name,
    )
  })
  assert.equal(exported, 'InvalidAccessError')
  await alice.click('text=Forget me')
  await alice.click('text=Press again')
  await alice.waitForSelector('#picker:not([hidden])')
  alice = await person('alice')
  assert.notEqual(await didOf(alice), did)
})

test('where the browser keeps no keys, one is told before one makes any', async () => {
  const page = await demo.open('/?as=alice#try', () => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (value) {
      if (value && Object.values(value).some((it) => it instanceof CryptoKey)) throw new DOMException('no', 'DataCloneError')
      return put.call(this, value)
    }
  })
  await shows(page, '#me', /keeps no keys/)
  await page.click('#make')
  await page.waitForSelector('#work:not([hidden])')
  await shows(page, '#me', /keeps no keys/)
})

test('two tabs of one person see the same', async () => {
  const [one, other] = [await person('alice'), await person('alice')]
  assert.equal(await didOf(one), await didOf(other))
  await one.fill('#to-did', allod.SigningKey.generate().did)
  await one.click('#grant-button')
  await one.waitForSelector('#given .back')
  await other.waitForSelector('#given .back')
})

test('a stranger’s request is checked and denied, and rubbish on the channel is passed over', async () => {
  const alice = await person('alice')
  const did = await didOf(alice)
  const mallory = allod.SigningKey.generate('P-256')
  const asked = await allod.signInvocation(mallory, { subject: did, command: '/album/look', expires: Math.floor(Date.now() / 1000) + 60 })
  await alice.fill('#door-input', allod.Container.of(asked).write('base64'))
  await alice.click('#door button')
  await alice.waitForSelector('#requests .verdict.bad')
  await shows(alice, '#requests', /Denied no-proof/)
  const bob = await demo.open('/?as=bob#try')
  await bob.evaluate((did) => {
    const channel = new BroadcastChannel('allod-demo')
    for (const message of [
      null,
      7,
      'x',
      {},
      { kind: 'here' },
      { kind: 'here', did: 'nonsense', name: 'x' },
      { kind: 'here', did: 7, name: 'x' },
      { kind: 'here', did: 'x'.repeat(900), name: 'x' },
      { kind: 'parcel', did: 'did:key:x', name: 'x', to: did, text: 'rubbish' },
      { kind: 'parcel', did: 'did:key:x', name: 'x', to: did, text: 7 },
    ])
      channel.postMessage(message)
  }, did)
  await alice.waitForTimeout(200)
  assert.equal(await alice.locator('.take').count(), 0)
  assert.equal(await didOf(alice), did)
  assert.equal(await alice.textContent('#try-problem'), '')
  assert.doesNotMatch(await alice.textContent('#others'), /x/)
})
