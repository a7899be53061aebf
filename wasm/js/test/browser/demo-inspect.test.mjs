// The inspector: what it says of the vectors is what the core says, in whatever spelling they come, and nothing in them comes alive.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import * as allod from '../../../../target/npm/package/dist/node.mjs'
import { openDemo, put, ready } from './demo-page.mjs'

const vectors = (file) => JSON.parse(readFileSync(new URL(`../../../../tests/vectors/${file}.json`, import.meta.url), 'utf8')).cases
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'base64'))

let demo
let page
before(async () => (demo = await openDemo()))
after(() => demo?.close())
beforeEach(async () => {
  // One tab for all of it: it has to be as good after one thing as after another.
  page ??= await demo.open()
  await page.reload()
  await ready(page)
})
afterEach(() => demo.check())

/** One of each code, and several that are allowed. */
function chosen() {
  const found = new Map()
  for (const file of [
    'allow',
    'time',
    'proofs',
    'commands',
    'policies',
    'powerlines',
    'revocations',
    'signatures',
    'served',
    'order',
    'limits',
  ]) {
    for (const one of vectors(file)) {
      const code = one.expect.code ?? `allow ${file}`
      if (found.has(code) || one.container || one.known || !readable(one.invocation)) continue
      found.set(code, one)
    }
  }
  return [...found.values(), vectors('allow').find(({ id }) => id === 'allow-length-05')]
}

function readable(text) {
  try {
    return allod.Invocation.parse(bytes(text)) !== undefined
  } catch {
    return false
  }
}

/** What the package itself says in Node. */
function decide(one) {
  const authorizer = new allod.Authorizer({ executor: one.executor, subjects: one.subjects ?? 'danger-any' })
  return authorizer.decide(
    { invocation: bytes(one.invocation) },
    { now: one.at, tolerance: one.skew, revocations: [], proofs: one.tokens.map(bytes), received: (one.revoked ?? []).map(bytes) },
  )
}

/** Puts a vector into the page, with everything it is decided on, and waits for the verdict. */
async function putVector(one) {
  const tokens = [one.invocation, ...one.tokens, ...(one.revoked ?? [])].map(bytes)
  const { subject, cid } = allod.Invocation.parse(bytes(one.invocation))
  const itself = one.subjects?.length === 1 && one.subjects[0] === one.executor
  assert.ok(one.subjects === undefined || itself || one.subjects.includes(subject), `${one.id} can be said in the page`)
  // Without what was there before, which may be of the same invocation.
  await page.fill('#input', '')
  await page.waitForFunction(() => !document.querySelector('#result .token'))
  await page.evaluate(
    (fields) => {
      const set = (id, value) => (document.getElementById(id).value = value)
      for (const [id, value] of Object.entries(fields)) set(id, value)
      document.getElementById('time-chosen').checked = true
      for (const id of ['time-chosen', 'input'])
        for (const event of ['input', 'change']) document.getElementById(id).dispatchEvent(new Event(event, { bubbles: true }))
    },
    {
      input: allod.Container.of(...tokens).write('gzip+base64url'),
      executor: one.executor,
      tolerance: String(one.skew),
      at: new Date(one.at * 1000).toISOString().slice(0, 19),
      subjects: one.subjects === undefined ? 'danger-any' : itself ? 'itself' : 'named',
    },
  )
  await page.waitForFunction(
    (key) => document.querySelector('.decision .verdict') && document.querySelector(`[data-key="${key}"]`),
    `token ${cid}`,
  )
}

test('vectors: the verdict, where it failed, and every rule are the core’s', { timeout: 900_000 }, async () => {
  const codes = new Set()
  for (const one of chosen()) {
    await putVector(one)
    const decision = decide(one)
    const verdict = await page.textContent('.decision .verdict')
    if (one.expect.decision === 'allow') {
      assert.match(verdict, /^✓ Allowed/, one.id)
    } else {
      assert.equal(decision.denial.code, one.expect.code, one.id)
      assert.ok(verdict.startsWith(`✗ Denied ${one.expect.code}`), `${one.id}: ${verdict}`)
      assert.match(verdict, one.expect.link === null ? /in the invocation/ : new RegExp(`in proof ${one.expect.link}\\b`), one.id)
      assert.match(verdict, /do.+rule/, `${one.id} says what to do`)
      codes.add(one.expect.code)
      const drawn = await page.locator('.picture .failed, .picture .missing').count()
      assert.ok(drawn > 0, `${one.id}: the picture marks the failing link`)
    }
    const shown = await page.$$eval('.rulegroup li', (lines) => lines.map((line) => line.className).sort())
    const { trace } = decision.ok ? decision.grant : decision.denial
    assert.deepEqual(shown, trace.map(({ outcome }) => outcome).sort(), one.id)
  }
  assert.ok(codes.size >= 10, [...codes].join(' '))
})

test('the chain is drawn, and stands beside it in words', async () => {
  const one = vectors('allow').find(({ id }) => id === 'allow-length-05')
  await putVector(one)
  assert.equal(await page.locator('.picture .node').count(), 7)
  assert.equal(await page.locator('.picture .arrow.passed').count(), 6)
  assert.equal(await page.locator('.words li').count(), 6)
  assert.match(await page.getAttribute('.picture', 'aria-label'), /chain of 6 steps/)
  await page.selectOption('#sample', 'powerline')
  await page.waitForSelector('.picture .powerline')
  assert.match(await page.textContent('.words'), /powerline/)
})

test('a token and a container are told apart in every spelling', { timeout: 300_000 }, async () => {
  const key = allod.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(7))
  const token = await allod.signDelegation(key, {
    audience: key.did,
    subject: key.did,
    command: '/album/look',
    policy: [['==', '.album', 'summer']],
    expires: 2_000_000_000,
  })
  const cid = token.cid.toString()
  const text = Buffer.from(token.bytes).toString('base64')
  const container = allod.Container.of(token)
  const spellings = {
    base64: text,
    base64url: text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    hex: Buffer.from(token.bytes).toString('hex'),
    'DAG-JSON': allod.toDagJson(allod.fromDagCbor(token.bytes)),
  }
  for (const [spelling, spelled] of Object.entries(spellings)) {
    await put(page, `  ${spelled}\n`)
    assert.match(await page.textContent('#what'), new RegExp(`^A token \\(${spelling}|^A token \\(base64`), spelling)
    assert.ok((await page.textContent('#result')).includes(cid), spelling)
  }
  for (const encoding of ['base64', 'base64url', 'gzip+base64', 'gzip+base64url']) {
    await put(page, container.write(encoding))
    assert.equal(await page.textContent('#what'), `A container (${encoding}): 1 delegation.`)
    assert.ok((await page.textContent('#result')).includes(cid), encoding)
  }
  for (const encoding of ['raw', 'gzip']) {
    await page.setInputFiles('#file', {
      name: 'a.ucan',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(container.write(encoding)),
    })
    await page.waitForFunction((encoding) => document.getElementById('what').textContent.includes(`(${encoding}, in base64)`), encoding)
    assert.ok((await page.textContent('#result')).includes(cid), encoding)
  }
  await page.setInputFiles('#file', { name: 'token', mimeType: 'application/octet-stream', buffer: Buffer.from(token.bytes) })
  await page.waitForFunction(() => document.getElementById('what').textContent.startsWith('A token'))
  assert.match(await page.textContent('.fields'), /may\/album\/look and all below it.+\.album is "summer"/s)
  assert.match(await page.textContent('.fields'), /✓ valid \(Ed25519\)/)
})

test('files and texts can be dropped, and several inputs put in together', async () => {
  const [one] = vectors('revocations').filter(({ expect, revoked }) => expect.code === 'revoked' && revoked)
  const texts = [one.invocation, ...one.tokens]
  await put(page, texts.join('\n'))
  assert.match(await page.textContent('#what'), /^Several inputs/)
  assert.match(await page.textContent('#what'), new RegExp(`1 invocation, ${one.tokens.length} delegations`))
  const drop = (text, file) =>
    page.evaluate(
      ([text, file]) => {
        const dataTransfer = new DataTransfer()
        if (file) dataTransfer.items.add(new File([text], 'dropped.ucan'))
        else dataTransfer.setData('text/plain', text)
        document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      },
      [text, file],
    )
  for (const file of [true, false]) {
    await put(page, 'nothing that is known')
    await drop(one.tokens[0], file)
    await page.waitForFunction(() => document.getElementById('what').textContent.startsWith('A token'))
  }
})

test('what it is decided on can be changed, and the decision follows', async () => {
  await page.selectOption('#sample', 'allowed')
  await page.waitForSelector('.verdict.good')
  await page.check('#time-chosen')
  await page.fill('#at', '2040-01-01T00:00:00')
  await page.waitForSelector('.verdict.bad')
  assert.match(await page.textContent('.verdict'), /Denied expired/)
  await page.fill('#tolerance', '999999999')
  await page.waitForSelector('.verdict.good')
  await page.fill('#tolerance', '-1')
  await page.waitForFunction(() => document.getElementById('tolerance').getAttribute('aria-invalid') === 'true')
  await page.fill('#tolerance', '60')
  await page.check('#time-now')
  await page.waitForSelector('.verdict.good')
  await page.fill('#executor', 'did:web:example.com')
  await page.waitForSelector('.verdict.bad')
  assert.match(await page.textContent('.verdict'), /wrong-audience/)
  await page.fill('#executor', 'nobody')
  await page.waitForFunction(() => document.getElementById('executor-problem').textContent !== '')
  await page.fill('#executor', '')
  await page.waitForSelector('.verdict.good')
})

test('time goes on, and what was allowed ends before one’s eyes', async () => {
  const watched = await demo.context.newPage()
  await watched.clock.install()
  await watched.goto(demo.url)
  await ready(watched)
  await watched.selectOption('#sample', 'allowed')
  await watched.waitForSelector('.verdict.good')
  await watched.clock.fastForward('07:00')
  await watched.waitForSelector('.verdict.bad')
  assert.match(await watched.textContent('.verdict'), /Denied expired/)
  await watched.close()
})

test('revocations known besides count', async () => {
  const one = vectors('revocations').find(({ expect, revoked }) => expect.code === 'revoked' && revoked?.length === 1)
  await putVector({ ...one, revoked: [] })
  assert.match(await page.textContent('.verdict'), /Allowed/)
  await page.click('.more summary')
  await page.fill('#revocations', one.revoked[0])
  await page.waitForSelector('.verdict.bad')
  assert.match(await page.textContent('.verdict'), /Denied revoked/)
  await page.fill('#revocations', 'rubbish')
  await page.waitForSelector('.verdict.good')
  assert.notEqual(await page.textContent('#revocations-problem'), '')
})

test('what is broken says why', async () => {
  for (const rubbish of ['hello', 'Cnonsense', '{"a": 1}', '[1, 2', 'g', '00', 'BAAA']) {
    await put(page, rubbish)
    assert.match(await page.textContent('#what .bad, #result .seal.bad'), /neither|begins like|looks like|malformed/i, rubbish)
  }
  const one = vectors('wire').find(({ tokens, expect }) => tokens?.length > 0 && expect.code === 'malformed' && !tokens.every(readsAsToken))
  await put(page, allod.Container.of(...one.tokens.map(bytes)).write('base64'))
  assert.match(await page.textContent('#what'), /cannot be read/)
  assert.match(await page.locator('.token:has(.seal.bad) .fields').first().textContent(), /because.+codemalformed/)
})

function readsAsToken(text) {
  try {
    return allod.parseToken(bytes(text)) !== undefined
  } catch {
    return false
  }
}

test('a stranger’s text stays text, and characters that do not show are escaped', async () => {
  const key = allod.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(9))
  const evil = '<img src=x onerror=alert(1)>\u202e\u200b\u0000'
  const token = await allod.signInvocation(key, {
    subject: key.did,
    command: '/a\u202eb',
    arguments: { [evil]: evil, list: [evil, { __proto__x: 1n << 60n }] },
    meta: { [evil]: [evil] },
    expires: null,
  })
  const delegation = await allod.signDelegation(key, {
    audience: key.did,
    subject: key.did,
    command: '/x',
    policy: [
      ['==', '.["\u202e<b>"]', evil],
      ['not', ['like', '.a', '*<i>*']],
    ],
    expires: null,
  })
  await put(page, allod.Container.of(token, delegation).write('base64url'))
  for (const it of await page.locator('details.token > summary, details.raw > summary').all())
    await it.click({ force: true }).catch(() => {})
  await page.evaluate(() => document.querySelectorAll('#result details').forEach((it) => (it.open = true)))
  await page.waitForFunction(() => document.querySelectorAll('#result pre').length >= 2)
  const { text, html, labels } = await page.evaluate(() => ({
    text: document.body.textContent + document.title,
    html: document.querySelectorAll('#result img, #result b img, #result i, #result script').length,
    labels: [...document.querySelectorAll('#result *')].flatMap((it) => [...it.attributes].map(({ value }) => value)).join('\n'),
  }))
  assert.equal(html, 0)
  assert.doesNotMatch(text, /[\u202e\u200b\u0000]/)
  assert.doesNotMatch(labels, /[\u202e\u200b\u0000]/)
  assert.ok(text.includes('<img src=x onerror=alert(1)>\\u{202e}\\u{200b}\\u{0}'), 'it is shown as what it is')
  assert.ok(text.includes('\\u202e'), 'in the raw form as JSON escapes it')
})

test('raw DAG-JSON is what the token’s bytes say, whatever its numbers', async () => {
  const key = allod.SigningKey.fromSeed('Ed25519', new Uint8Array(32).fill(9))
  const token = await allod.signInvocation(key, {
    subject: key.did,
    command: '/x',
    arguments: { large: 9007199254740993n, text: 'a "quoted" \\ { [ ,: ', empty: [], none: {} },
    expires: null,
  })
  await put(page, Buffer.from(token.bytes).toString('base64'))
  await page.click('.raw > summary')
  const json = await page.textContent('.raw pre >> nth=0')
  assert.deepEqual(allod.toDagCbor(allod.fromDagJson(json)), token.bytes)
})

test('examples are what they are called', async () => {
  for (const name of await page.$$eval('#sample option', (options) => options.map(({ value }) => value).filter(Boolean))) {
    await page.selectOption('#sample', name)
    await page.waitForFunction(() => document.getElementById('what').textContent !== '')
    await page.waitForTimeout(100)
    const title = await page.$eval('#sample', (it) => it.selectedOptions[0].textContent)
    const verdict = await page.locator('.decision .verdict').allTextContents()
    if (name === 'receipt') assert.deepEqual(verdict, [])
    else assert.match(verdict[0], title.startsWith('Denied') ? /^✗ Denied/ : /^✓ Allowed/, title)
  }
})

test('it works from any folder of any host', async () => {
  const elsewhere = await openDemo({ under: '/some/folder' })
  try {
    const there = await elsewhere.open()
    await there.selectOption('#sample', 'allowed')
    await there.waitForSelector('.verdict.good')
    await there.click('#tab-try')
    await there.click('#as-alice')
    await there.click('#make')
    await there.waitForSelector('#work:not([hidden])')
    elsewhere.check()
  } finally {
    await elsewhere.close()
  }
})

test('nothing can leave: the policy of the page forbids it', async () => {
  const blocked = await page.evaluate(async () => {
    const violations = []
    addEventListener('securitypolicyviolation', ({ effectiveDirective }) => violations.push(effectiveDirective))
    await fetch('https://elsewhere.example/').catch(() => {})
    const image = new Image()
    image.src = 'https://elsewhere.example/x.png'
    const script = document.createElement('script')
    try {
      script.src = 'https://elsewhere.example/x.js'
    } catch {
      violations.push('trusted types')
    }
    try {
      document.body.setAttribute('onclick', 'alert(1)')
    } catch {
      violations.push('no handlers in attributes')
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    return violations
  })
  for (const directive of ['connect-src', 'img-src']) assert.ok(blocked.includes(directive), blocked.join(' '))
  for (const kind of ['trusted types', 'no handlers in attributes']) assert.ok(blocked.includes(kind), blocked.join(' '))
  // The complaints are those of the policy, and no request was made.
  assert.deepEqual(
    demo.complaints.splice(0).filter((line) => line.startsWith('request')),
    [],
  )
})
