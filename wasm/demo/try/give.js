// Granting, and taking back.

import { checkPolicy } from '../library.js'
import { announce, byId, h, later, replace } from '../common/dom.js'
import { sentence, sentenceText, who } from '../common/names.js'
import { policyWords } from '../common/policy.js'
import { present } from '../common/time.js'
import { parcel } from './parcel.js'
import { mark } from './story.js'

/** Makes the form work. `at` gives who is here, and what everything else needs. */
export function start(at) {
  byId('grant').addEventListener('submit', (event) => {
    event.preventDefault()
    give(at()).catch((error) => problem(error))
  })
  byId('to').addEventListener('change', rows)
  byId('if').addEventListener('change', rows)
  for (const id of ['if-album', 'if-json']) byId(id).addEventListener('input', later(rows))
  rows()
}

/** Offers the people that are known, and the subjects that something is held of. */
export function offer({ me, people, subjects }) {
  const [to, about] = [byId('to'), byId('about')]
  const before = [to.value, about.value]
  to.replaceChildren(
    ...people.map(({ did, there }) => h('option', { value: did }, `${who(did)}${there ? ' (in another tab)' : ''}`)),
    h('option', { value: '' }, 'someone else…'),
  )
  about.replaceChildren(
    h('option', { value: me.did }, `${me.name}, myself`),
    ...subjects.map((did) => h('option', { value: did }, who(did))),
  )
  if (people.some(({ did }) => did === before[0])) to.value = before[0]
  if ([me.did, ...subjects].includes(before[1])) about.value = before[1]
  rows()
}

function rows() {
  byId('to-did-row').hidden = byId('to').value !== ''
  byId('if-album-row').hidden = byId('if').value !== 'album'
  byId('if-json-row').hidden = byId('if').value !== 'json'
  try {
    byId('if-words').textContent = policy().length > 0 ? policyWords(policy()) : ''
    byId('if-json').removeAttribute('aria-invalid')
  } catch (error) {
    byId('if-words').textContent = error.message
    byId('if-json').setAttribute('aria-invalid', 'true')
  }
}

function policy() {
  if (byId('if').value === 'none') return []
  if (byId('if').value === 'album') return [['==', '.album', byId('if-album').value]]
  return checkPolicy(JSON.parse(byId('if-json').value))
}

async function give({ me, line, inspect, refresh, remember }) {
  problem()
  const lasts = document.querySelector('input[name=lasts]:checked').value
  const audience = byId('to').value || byId('to-did').value.trim()
  if (!audience) throw new Error('Say to whom: paste their DID, or let them open a tab.')
  const granted = await me.agent.grant({
    audience,
    subject: byId('about').value,
    command: byId('command').value.trim(),
    policy: policy(),
    expires: lasts === 'never' ? null : present() + Number(lasts),
  })
  await remember(audience)
  await refresh()
  line.changed()
  const note = granted.lints.map((lint) => h('p', { class: 'mark warn' }, 'Beware: ', sentence(lint)))
  replace(
    byId('grant-result'),
    parcel({
      title: `${who(audience)} may now use ${granted.delegation.command}`,
      container: granted.container,
      to: audience,
      file: 'grant',
      line,
      inspect,
      note,
      sent: () => mark('grant'),
    }),
  )
  announce(`Given. Now hand it over to ${who(audience)}.`)
  handOver('grant-result')
}

/** Takes a delegation back. */
export async function takeBack(delegation, { me, line, inspect, refresh }) {
  try {
    const revoked = await me.agent.revoke(delegation)
    mark('revoke')
    await refresh()
    line.changed()
    replace(
      byId('revoke-result'),
      parcel({
        title: `Taken back from ${who(delegation.audience)}`,
        container: revoked.container,
        to: delegation.audience,
        file: 'revocation',
        line,
        inspect,
        note: h('p', {}, 'Here it counts at once. Elsewhere it counts once this has arrived: at every executor that it could be used at.'),
      }),
    )
    announce(`Taken back from ${who(delegation.audience)}`)
    handOver('revoke-result')
  } catch (error) {
    replace(byId('revoke-result'), h('p', { class: 'problem', role: 'alert' }, sentence(error.message)))
  }
}

/** Puts the focus on the way to hand over what was just made. */
export function handOver(id) {
  const target = byId(id).querySelector('button.send:not([hidden])') ?? byId(id).querySelector('summary')
  target?.focus()
}

function problem(error) {
  byId('grant-problem').textContent = error ? sentenceText(error.message) : ''
}
