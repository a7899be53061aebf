// A server of static files for one's own machine: nothing is kept in a cache, and only what is in the folder is given out.

import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, sep } from 'node:path'

const TYPES = {
  '.cbor': 'application/cbor',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/**
 * Serves a folder on 127.0.0.1. `port` 0 is any that is free; `headers` come with every answer, and `types` with the
 * ending they are for. Answers with the address, and with what ends it.
 */
export async function serve(folder, { port = 0, headers = {}, types = {} } = {}) {
  const root = await realpath(folder)
  const server = createServer((request, response) => {
    answer(root, request, response, headers, { ...TYPES, ...types }).catch(() => refuse(response, 500, 'internal error'))
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()))
  return { url: `http://127.0.0.1:${server.address().port}`, close }
}

async function answer(root, request, response, headers, types) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD')
  const file = await find(root, request.url)
  if (file === undefined) return refuse(response, 404, 'not found')
  response.writeHead(200, {
    'content-type': types[extname(file.path)] ?? 'application/octet-stream',
    'content-length': file.size,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  if (request.method === 'HEAD') return response.end()
  createReadStream(file.path).on('error', () => response.destroy()).pipe(response)
}

/** The file that an address names, if it is in the folder: links that lead out of it are not followed. */
async function find(root, url) {
  try {
    const path = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname)
    const named = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path))
    const found = await stat(named)
    if (!named.startsWith(root + sep) || !found.isFile()) return undefined
    return { path: named, size: found.size }
  } catch {
    return undefined
  }
}

function refuse(response, status, why) {
  if (response.headersSent) return response.destroy()
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${why}\n`)
}
