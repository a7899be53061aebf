// The server of the demo and of the tests gives out what is in its folder, and nothing else.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serve } from '../serve.mjs'

let folder
let server
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'allod-serve-'))
  mkdirSync(join(folder, 'site/below'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'site/index.html'), '<p>page')
  writeFileSync(join(folder, 'site/a b.js'), 'script')
  writeFileSync(join(folder, 'site/module.wasm'), '')
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'site/link.txt'))
  server = await serve(join(folder, 'site'), { headers: { 'x-more': 'yes' } })
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** As it is written: `fetch` would tidy the path. */
function ask(path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = request(server.url, { path, method }, async (answer) => {
      const body = Buffer.concat(await answer.toArray()).toString()
      resolve({ status: answer.statusCode, headers: answer.headers, body })
    })
    sent.on('error', reject).end()
  })
}

test('files are given out with their types, and kept nowhere', async () => {
  const page = await ask('/?query')
  assert.deepEqual([page.status, page.body, page.headers['content-type']], [200, '<p>page', 'text/html; charset=utf-8'])
  assert.deepEqual([page.headers['cache-control'], page.headers['x-more']], ['no-store', 'yes'])
  const script = await ask('/a%20b.js')
  assert.deepEqual([script.body, script.headers['content-type']], ['script', 'text/javascript; charset=utf-8'])
  assert.equal((await ask('/module.wasm')).headers['content-type'], 'application/wasm')
  assert.equal((await ask('/', 'HEAD')).body, '')
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:/)
})

test('what is not in the folder is not there', async () => {
  const outside = ['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/below/../../secret.txt', '/link.txt', '//etc/passwd']
  for (const path of [...outside, '/nothing', '/below', '/below/', '/%00', '/%', '/index.html/']) {
    const { status, body } = await ask(path)
    assert.deepEqual([status, body], [404, 'not found\n'], path)
  }
  assert.equal((await ask('/', 'POST')).status, 405)
})
