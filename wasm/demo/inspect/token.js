// One token, as a tree. The words are those of `allod inspect`.

import * as allod from '../library.js'
import { base64, hex } from '../common/bytes.js'
import { copyButton } from '../common/copy.js'
import { h } from '../common/dom.js'
import { didChip, sentence, shortCid } from '../common/names.js'
import { policyList } from '../common/policy.js'
import { moment } from '../common/time.js'
import { bytesJson, valueTree } from '../common/values.js'
import { signatureOf } from './read.js'

/** So many proofs of a token are listed: a chain of more is refused anyway. */
const MOST_PROOFS = 32

/** An entry of a container, and the token that it is, as a part of the tree. */
export function tokenTree({ entry, token }, { documents, now, here, open }) {
  const key = String(entry.cid)
  const signature = token && signatureOf(token, documents)
  return h(
    'details',
    { class: 'token', 'data-key': `token ${key}`, open },
    h(
      'summary',
      {},
      h('span', { class: 'kind' }, entry.kind === 'unreadable' ? 'not a token' : entry.kind),
      ' ',
      summary(token),
      ' ',
      h('code', { class: 'quiet' }, shortCid(key)),
      seal(signature, entry),
    ),
    h(
      'dl',
      { class: 'fields' },
      token ? fields(token, { key, signature, now, here, documents }) : broken(entry),
      field('CID', h('code', {}, key), ' ', copyButton(key, 'Copy CID')),
      field('form', token ? `${token.tag}, ${entry.bytes.length} bytes` : `${entry.bytes.length} bytes`),
    ),
    raw(entry, key),
  )
}

function summary(token) {
  return (
    token
    && h(
      'code',
      {},
      token instanceof allod.Revocation
        ? `of ${shortCid(token.revoked)}`
        : token instanceof allod.Receipt
          ? `of ${shortCid(token.ran)}`
          : token.command,
    )
  )
}

/** What the signature is worth, beside the title. */
function seal(signature, entry) {
  if (!signature) return h('span', { class: 'seal bad' }, `✗ ${entry.fault?.code ?? 'unreadable'}`)
  if (signature.valid) return h('span', { class: 'seal good' }, '✓ signed')
  return signature.valid === false
    ? h('span', { class: 'seal bad' }, '✗ not signed by its issuer')
    : h('span', { class: 'seal warn' }, '? signature not checked')
}

const field = (label, ...value) => [h('dt', {}, label), h('dd', {}, ...value)]

function broken(entry) {
  return [
    field('because', sentence(entry.fault?.message ?? 'it cannot be read')),
    entry.fault && field('code', h('code', {}, entry.fault.code)),
  ]
}

function fields(token, { key, signature, now, here }) {
  const chip = (did, role) => didChip(did, `${key} ${role}`)
  const times = [
    token.notBefore !== undefined && field('valid from', moment(token.notBefore, now)),
    field('until', token.expires === null ? 'for ever: it never expires' : moment(token.expires, now)),
  ]
  const meta = token.meta && field('meta', valueTree(token.meta))
  const last = [field('nonce', token.nonce.length ? h('code', {}, hex(token.nonce)) : 'empty'), signed(token, signature)]
  if (token instanceof allod.Delegation)
    return [
      field('from', chip(token.issuer, 'iss')),
      field('to', chip(token.audience, 'aud')),
      ...delegation(token, chip),
      ...times,
      meta,
      ...last,
    ]
  return [
    field('from', chip(token.issuer, 'iss')),
    field('to', token.audience === undefined ? 'the subject itself' : chip(token.audience, 'aud')),
    ...invoking(token, chip),
    ...times,
    token.issuedAt !== undefined && field('issued', moment(token.issuedAt, now)),
    ...proofs(token, here),
    token.cause && field('cause', h('code', {}, String(token.cause))),
    meta,
    field('task', h('code', {}, String(token.task))),
    ...last,
  ]
}

function delegation(token, chip) {
  return [
    field('may', h('code', {}, token.command), token.command === '/' ? ' (everything)' : ' and all below it'),
    field(
      'on',
      token.subject === null
        ? h('span', { class: 'mark' }, 'any subject the issuer is given authority over (powerline)')
        : token.subject === token.issuer
          ? [chip(token.subject, 'sub'), h('span', { class: 'quiet' }, 'the issuer itself')]
          : chip(token.subject, 'sub'),
    ),
    field('if', policyList(token.policy)),
    lints(token).map((lint) => field('beware', h('span', { class: 'mark warn' }, sentence(lint)))),
  ]
}

function lints(token) {
  try {
    const { audience, subject, command, policy, expires } = token
    return allod.lintDelegation({ audience, subject, command, policy, expires })
  } catch {
    return []
  }
}

function invoking(token, chip) {
  const on = field('on', chip(token.subject, 'sub'))
  if (token instanceof allod.Receipt) return [field('ran', h('code', {}, String(token.ran))), field('out', valueTree(token.out)), on]
  if (token instanceof allod.Revocation)
    return [
      field('revokes', h('code', {}, String(token.revoked))),
      on,
      token.path.length > 0
        && field(
          'path',
          token.path.slice(0, MOST_PROOFS).map((cid) => h('code', { class: 'block' }, String(cid))),
        ),
    ]
  return [field('do', h('code', {}, token.command)), on, field('with', valueTree(token.arguments))]
}

function proofs(token, here) {
  if (token.proofs.length === 0) return [field('proofs', 'none')]
  const more = token.proofs.length > MOST_PROOFS && field('proofs', `${token.proofs.length} in all`)
  return [
    ...token.proofs
      .slice(0, MOST_PROOFS)
      .map((cid, at) =>
        field(`proof ${at}`, h('code', {}, String(cid)), here(cid) ? null : h('span', { class: 'mark bad' }, 'not in this input')),
      ),
    more,
  ]
}

function signed(token, { valid, why }) {
  const algorithm = algorithmOf(token.issuer)
  if (valid) return field('signature', h('span', { class: 'good' }, '✓ valid'), algorithm && ` (${algorithm})`)
  const mark = valid === false ? h('strong', { class: 'bad' }, '✗ NOT VALID: ') : h('strong', { class: 'warn' }, '? cannot be checked: ')
  return field('signature', mark, sentence(why))
}

function algorithmOf(did) {
  try {
    return allod.readDid(did).algorithm
  } catch {
    return null
  }
}

/** What it is made of, made when it is opened: it can be long. */
function raw(entry, key) {
  const holder = h('div', {})
  const fill = () => {
    if (holder.childElementCount > 0) return
    const json = bytesJson(entry.bytes)
    const text = base64(entry.bytes)
    if (json) holder.append(h('p', { class: 'bar' }, 'DAG-JSON', copyButton(json, 'Copy DAG-JSON')), block(json, 'DAG-JSON'))
    holder.append(h('p', { class: 'bar' }, 'The bytes, as base64', copyButton(text, 'Copy base64')), block(text, 'Base64'))
  }
  const details = h(
    'details',
    { class: 'raw', 'data-key': `raw ${key}`, on: { toggle: () => details.open && fill() } },
    h('summary', {}, 'Raw'),
    holder,
  )
  return details
}

/** A long text in a box of its own, which can be scrolled by keyboard. Its line ends stay. */
function block(text, label) {
  const pre = h('pre', { tabindex: 0, role: 'group', 'aria-label': label })
  pre.textContent = text
  return pre
}
