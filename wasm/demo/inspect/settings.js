// On what a decision rests: who decides, for whom, when, and what is known besides.

import { byId, h, later } from '../common/dom.js'
import { nameOf, short } from '../common/names.js'
import { fieldTime, present, timeField } from '../common/time.js'
import { recognise } from './read.js'

/** Listens to the fields; `changed` is called when one of them says something else. */
export function listen(changed) {
  const soon = later(changed)
  for (const id of ['executor', 'subjects', 'tolerance', 'at', 'revocations', 'documents', 'leaf-first', 'which']) {
    byId(id).addEventListener('input', soon)
    byId(id).addEventListener('change', soon)
  }
  // Where there is room for it, it is seen at once.
  byId('settings').open = matchMedia('(min-width: 62rem)').matches
  for (const id of ['time-now', 'time-chosen']) {
    byId(id).addEventListener('change', () => {
      byId('at-row').hidden = !byId('time-chosen').checked
      if (byId('time-chosen').checked && !byId('at').value) byId('at').value = timeField(present())
      changed()
    })
  }
}

/** Offers the invocations there are, and the DIDs that stand in them. */
export function offer(items, invocations) {
  const row = byId('which-row')
  row.hidden = invocations.length < 2
  const before = byId('which').value
  byId('which').replaceChildren(
    ...invocations
      .slice(0, 100)
      .map(({ entry, token }) =>
        h(
          'option',
          { value: String(entry.cid), selected: String(entry.cid) === before },
          `${token.command} …${String(entry.cid).slice(-8)}`,
        ),
      ),
  )
  const dids = new Set(items.flatMap(({ token }) => (token ? [token.issuer, token.audience, token.subject] : [])).filter(Boolean))
  byId('dids').replaceChildren(...[...dids].slice(0, 50).map((did) => h('option', { value: did }, nameOf(did) ?? short(did))))
}

/** What the fields say, and what is wrong with it, by the id of the field. */
export function read(invocations) {
  const problems = {}
  const which = byId('which').value
  const chosen = invocations.find(({ entry }) => String(entry.cid) === which) ?? invocations[0]
  const tolerance = Number(byId('tolerance').value)
  if (byId('tolerance').value === '' || !Number.isSafeInteger(tolerance) || tolerance < 0)
    problems.tolerance = 'A whole number of seconds, 0 or more.'
  const at = byId('time-chosen').checked ? fieldTime(byId('at').value) : undefined
  if (byId('time-chosen').checked && at === undefined) problems.at = 'A date and a time.'
  return {
    invocation: chosen,
    executor: byId('executor').value.trim(),
    subjects: byId('subjects').value,
    leafFirst: byId('leaf-first').checked,
    tolerance: problems.tolerance ? 60 : tolerance,
    now: at,
    received: revocations(problems),
    documents: documents(problems),
    problems,
  }
}

function revocations(problems) {
  const found = recognise(byId('revocations').value)
  if (found.empty) return []
  if (found.problem) problems.revocations = found.problem
  const revocations = (found.entries ?? []).filter(({ kind }) => kind === 'revocation')
  if (revocations.length === 0) problems.revocations ??= 'There is no revocation in it.'
  return revocations.map(({ bytes }) => bytes)
}

function documents(problems) {
  const text = byId('documents').value.trim()
  if (text === '') return {}
  try {
    const json = JSON.parse(text)
    const list = Array.isArray(json) ? json : [json]
    return Object.fromEntries(list.map((one) => [String(one.id), JSON.stringify(one)]))
  } catch {
    problems.documents = 'The document of a did:web as JSON, or a list of several.'
    return {}
  }
}

/** Says beside each field what is wrong with it. */
export function complain(problems) {
  for (const id of ['executor', 'tolerance', 'at', 'revocations', 'documents']) {
    const said = byId(`${id}-problem`)
    said.textContent = problems[id] ?? ''
    if (problems[id]) byId(id).setAttribute('aria-invalid', 'true')
    else byId(id).removeAttribute('aria-invalid')
  }
}
