import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { browserOf } from '../../../webapp/static/js/pages/field/check/browser.js'
import { CHECKS, check } from '../../../webapp/static/js/pages/field/check/checks.js'

const ANDROID = 'Mozilla/5.0 (Linux; Android 13; M2101K7AG) AppleWebKit/537.36 (KHTML, like Gecko)'
const AGENTS = [
  [`${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36`, 'chrome', false, false],
  [`${ANDROID} Chrome/81.0.4044.138 Mobile Safari/537.36`, 'chrome', false, true],
  [`${ANDROID} Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 XWEB/5075 MMWEBSDK/20230504 MicroMessenger/8.0.37.2380(0x2800255B)`, 'wechat', true, false],
  [`${ANDROID} Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 wxwork/4.1.10 MicroMessenger/7.0.1`, 'wecom', true, false],
  [`${ANDROID} Version/4.0 Chrome/57.0.2987.108 UCBrowser/12.9.3.1144 Mobile Safari/537.36`, 'uc', true, true],
  [`${ANDROID} Version/4.0 Chrome/89.0.4389.72 MQQBrowser/6.2 TBS/046295 Mobile Safari/537.36 V1_AND_SQ_8.9.28 QQ/8.9.28.10155`, 'qq', true, true],
  [`${ANDROID} Chrome/114.0.5735.196 HuaweiBrowser/14.0.5.302 Mobile Safari/537.36`, 'huawei', false, false],
  [`${ANDROID} Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/17.6.50`, 'xiaomi', false, false],
  [`${ANDROID} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`, 'edge', false, false],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1', 'safari', false, false],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1', 'chrome', false, true],
  ['something new', 'other', false, false],
]

test('the app a page runs in is known by its user agent, and whether its engine is too old', () => {
  assert.deepEqual(AGENTS.map(([agent]) => browserOf(agent)).map(({ family, inside, old }) => [family, inside, old]),
    AGENTS.map(([, ...expected]) => expected))
})

/** A phone on which everything is as it should be. */
const phone = (changes = {}) => ({
  isSecureContext: true, now: () => 1_000_000_000, serverTime: async () => 1_000_000_000,
  tryDatabase: async () => {}, tryJournal: async () => true, ...changes,
  navigator: {
    userAgent: AGENTS[0][0], geolocation: {}, serviceWorker: { getRegistration: async () => ({ active: {} }) },
    storage: { persisted: async () => true, estimate: async () => ({ usage: 1e6, quota: 1e10 }) },
    permissions: { query: async () => ({ state: 'granted' }) },
    mediaDevices: { enumerateDevices: async () => [{ kind: 'videoinput' }] }, ...changes.navigator,
  },
})
const states = async (of) => Object.fromEntries(await Promise.all(Object.keys(CHECKS).map(async (name) => [name, (await check(name, of)).state])))

test('a phone that has everything passes', async () => {
  assert.deepEqual(new Set(Object.values(await states(phone()))), new Set(['good']))
})

test('a browser that knows nothing of all this is judged without an accident', async () => {
  const bare = { userAgent: 'something new' }
  const found = await states({ ...phone({ isSecureContext: false }), navigator: bare, tryJournal: async () => false })

  assert.deepEqual(found, {
    browser: 'good', secure: 'bad', worker: 'warn', database: 'good', journal: 'warn', persist: 'unknown', space: 'unknown',
    location: 'bad', camera: 'unknown', clock: 'good',
  })
})

const FAULTS = [
  ['database', { tryDatabase: async () => { throw new Error('UnknownError') } }, 'bad', 'bad'],
  ['persist', { navigator: { storage: { persisted: async () => false } } }, 'warn', 'no'],
  ['space', { navigator: { storage: { estimate: async () => ({ usage: 9.9e9, quota: 1e10 }) } } }, 'warn', 'low'],
  ['location', { navigator: { permissions: { query: async () => ({ state: 'denied' }) } } }, 'bad', 'denied'],
  ['location', { navigator: { permissions: undefined } }, 'unknown', 'unknown'],
  ['worker', { navigator: { serviceWorker: { getRegistration: async () => undefined } } }, 'warn', 'not_yet'],
  ['camera', { navigator: { mediaDevices: { enumerateDevices: async () => [] } } }, 'warn', 'missing'],
  ['clock', { now: () => 1_000_000_000 + 3_600_000 }, 'bad', 'fast'],
  ['clock', { now: () => 1_000_000_000 - 3_600_000 }, 'bad', 'slow'],
  ['clock', { serverTime: async () => null }, 'unknown', 'offline'],
  ['persist', { navigator: { storage: { persisted: async () => { throw new Error('broken') } } } }, 'unknown', 'unknown'],
]

test('each fault is found and named', async () => {
  for (const [name, changes, state, say] of FAULTS) {
    const found = await check(name, phone(changes))
    assert.deepEqual([found.state, found.say], [state, say], name)
  }
})

test('whatever is found has its sentence', async () => {
  const { say } = JSON.parse(readFileSync(new URL('../../../webapp/static/js/app/messages/check.zh.json', import.meta.url), 'utf8'))
  const source = readFileSync(new URL('../../../webapp/static/js/pages/field/check/checks.js', import.meta.url), 'utf8')
  const told = new Set(Object.keys(say).map((key) => key.slice(key.indexOf('_') + 1)))

  const words = [...source.matchAll(/\b(?:good|warn|bad|unknown)\('(\w+)'/g)].map(([, word]) => word)
  assert.ok(words.length > 10)
  assert.deepEqual(words.filter((word) => !told.has(word)), [])
  for (const name of Object.keys(CHECKS)) assert.ok(say[`${name}_good`] && say[`${name}_unknown`], name)
})
