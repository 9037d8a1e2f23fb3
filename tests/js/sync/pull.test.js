import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { db } from '../../../webapp/static/js/store/db.js'
import { currentSession, signOut } from '../../../webapp/static/js/store/session.js'
import { enrol } from '../../../webapp/static/js/sync/enrol.js'
import { CADRE, OTHER, aHousehold, capture, emptyPhone, worklist } from '../store/phone.js'
import { faults, fieldWith, sync } from './field.js'
import { FakeServer, portalPage, problem } from './fake-server.js'

const PULL = '/api/v1/sync/pull'
const PASSWORD = { username: CADRE.username, password: 'secret', label: '红米' }

async function newPhone(households) {
  const server = new FakeServer()
  server.addAccount(CADRE)
  server.addAccount(OTHER)
  for (let n = 0; n < households; n += 1) server.addHousehold(aHousehold({ number: String(n) }))
  globalThis.fetch = server.fetch
  await emptyPhone()
  return server
}

test('signing in brings the token, the account and all households, page by page', async () => {
  await newPhone(1200)
  const progress = []

  assert.deepEqual(await enrol(PASSWORD, ({ received }) => progress.push(received)), { ok: true, pulled: true, lost: [] })

  assert.deepEqual(progress, [500, 1000, 1200])
  assert.equal((await worklist()).length, 1200)
  assert.deepEqual((await currentSession()).account, CADRE)
})

test('a wrong password, a portal and no network are told apart', async () => {
  const server = await newPhone(1)
  const answers = [await enrol({ ...PASSWORD, password: 'wrong' })]
  faults(server, '/api/v1/devices', portalPage(), 'drop_request', problem(429, 'slow_down', [], { 'Retry-After': '60' }))
  for (let n = 0; n < 3; n += 1) answers.push(await enrol(PASSWORD))

  assert.deepEqual(answers.map(({ reason, code, retryAfterS }) => [reason, code, retryAfterS]), [
    ['refused', 'wrong_credentials', 0], ['portal', null, 0], ['offline', null, 0], ['slow_down', 'slow_down', 60],
  ])
  assert.equal(await currentSession(), null)
})

test('the password of another person does not leave the phone while work is unsent', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])

  assert.deepEqual(await enrol({ ...PASSWORD, username: OTHER.username }), { ok: false, reason: 'other_unsent', count: 1 })
  assert.equal(server.requests.length, 0)
})

test('a first pull that breaks off goes on where it was', async () => {
  const server = await newPhone(1200)
  let page = 0
  server.fault = ({ path }) => (path.startsWith(PULL) && ++page === 2 ? 'drop_response' : undefined)

  assert.deepEqual(await enrol(PASSWORD), { ok: true, pulled: false, lost: [] })
  assert.equal((await worklist()).length, 500)
  await sync()

  assert.equal((await worklist()).length, 1200)
  assert.equal(server.requests.filter(({ path }) => path.startsWith(`${PULL}?cursor=&`)).length, 1)
})

test('a returned capture comes back with its remark, is captured again and accepted', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  await sync()
  server.review(homes[0].id, 'returned', { reasons: ['far'], text: '请到门口', by: '办公室', at: 'x' })
  await sync()
  assert.deepEqual([(await worklist())[0].state, (await worklist())[0].review.text], ['returned', '请到门口'])

  await capture(homes[0])
  await sync()
  server.review(homes[0].id, 'accepted', null)
  await sync()

  assert.equal((await worklist())[0].state, 'accepted')
})

test('a page that was on the wire while somebody signed out leaves nothing with the next person', async () => {
  const { server, homes } = await fieldWith(3)
  await db.meta.delete('cursor')
  globalThis.fetch = async (path, options) => {
    const answer = await server.fetch(path, options)
    if (path.startsWith(PULL)) assert.equal((await signOut()).ok, true)
    return answer
  }

  await sync()

  assert.deepEqual([await db.households.count(), await db.meta.get('cursor')], [0, undefined])
  globalThis.fetch = server.fetch
  server.addAccount(OTHER)
  await enrol({ ...PASSWORD, username: OTHER.username })
  assert.equal((await worklist()).length, homes.length)
})

test('a household taken away while something is unsent goes only after it was sent', async () => {
  const { server, homes } = await fieldWith(1)
  await capture(homes[0])
  server.announce(homes[0].id, true)
  faults(server, '/api/v1/sync/push', 'drop_request')
  await sync()
  // the push failed, so the pull did not run; the next one takes both
  assert.equal(await db.households.count(), 1)

  assert.equal(await sync(), null)

  assert.equal(server.captures.size, 1)
})

test('a cursor the server no longer reads is dropped and everything is taken once more', async () => {
  const { server, homes } = await fieldWith(3)
  await capture(homes[0])
  faults(server, PULL, problem(400, 'bad_request', ['cursor']))

  assert.equal(await sync(), null)

  assert.deepEqual([(await worklist()).length, server.captures.size], [3, 1])
  assert.equal(server.requests.at(-1).path, `${PULL}?cursor=&limit=500`)
})

test('a campaign is kept as it came', async () => {
  const { server } = await fieldWith(0)
  const campaign = { year: 2018, thresholds: { accuracy_good_m: 15 } }
  server.feed.push({ kind: 'campaign', id: 'c', rev: 1, deleted: false, data: campaign })

  await sync()

  assert.deepEqual((await db.meta.get('campaign')).value, campaign)
})
