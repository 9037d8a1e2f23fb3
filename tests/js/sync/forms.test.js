import 'fake-indexeddb/auto'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { beforeEach, test } from 'node:test'
import { formBody, wantedBodies } from '../../../webapp/static/js/store/forms.js'
import { fieldWith, sync } from './field.js'

const text = (version) => JSON.stringify({ form: 'household_update', version, title: '户信息更新', subject: 'household', xml: `<x v="${version}"/>`, attachments: {} })
const sha256 = (said) => createHash('sha256').update(said).digest('hex')

/** A server that has published these versions and sends what `sent` says of them. */
function publishing(server, versions, sent = text) {
  for (const version of versions) server.publish({ form: 'household_update', version, title: '户信息更新', subject: 'household', year: 2018, sha256: sha256(text(version)), bytes: text(version).length }, sent(version))
}

let server
beforeEach(async () => { ({ server } = await fieldWith(1)) })

test('a questionnaire is downloaded in the round that names it, and only once', async () => {
  publishing(server, ['1'])
  assert.equal(await sync(), null)
  assert.equal((await formBody('household_update', '1')).xml, '<x v="1"/>')
  await sync()
  assert.equal(server.requests.filter(({ path }) => path.startsWith('/api/v1/forms/')).length, 1)
})

test('what is not byte for byte what was published is not kept, and asked for again', async () => {
  publishing(server, ['1'], (version) => text(version).replace('<x', '<y'))
  assert.equal(await sync(), null)
  assert.equal((await wantedBodies()).length, 1)
})

test('a network that breaks off over a questionnaire ends the round, and the next one goes on', async () => {
  publishing(server, ['1'])
  server.fault = ({ path }) => (path.startsWith('/api/v1/forms/') ? 'drop_response' : undefined)
  assert.equal((await sync()).kind, 'offline')
  server.fault = () => undefined
  assert.equal(await sync(), null)
  assert.ok(await formBody('household_update', '1'))
})

test('a newer version takes the place of one nobody is filling in', async () => {
  publishing(server, ['1'])
  await sync()
  publishing(server, ['2'])
  await sync()
  assert.deepEqual([await formBody('household_update', '1'), (await formBody('household_update', '2')).version], [undefined, '2'])
})
