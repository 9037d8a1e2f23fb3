import http from 'node:http'
import { really } from './clock.js'

const isPush = ({ path }) => path === '/api/v1/sync/push'
const isPut = ({ method, path }) => method === 'PUT' && path.startsWith('/api/v1/blobs/')
const isAllowed = ({ headers }) => Boolean(headers?.Authorization)
const isBulky = (request) => isPush(request) && request.body.byteLength > 2000

/**
 * What may happen to one request, by its number in the matrix of faults (tests/cases/faults.csv). `act` stands for the
 * request: it answers like the network would. `fits` says which requests it can happen to.
 * @type {{id: string, weight: number, fits?: (request: object) => boolean, act: (line: import('./line.js').Line, request: object) => Promise<Response>}[]}
 */
export const FAULTS = [
  { id: 'F12', weight: 8, act: lost },
  { id: 'F13', weight: 8, act: replyLost },
  { id: 'F13', weight: 3, act: replyBroken },
  { id: 'F14', weight: 4, act: portal },
  { id: 'F15', weight: 3, act: elsewhere },
  { id: 'F16', weight: 6, act: serverError },
  { id: 'F17', weight: 3, act: slowDown },
  { id: 'F18', weight: 6, fits: isBulky, act: tooLarge },
  { id: 'F20', weight: 2, fits: isAllowed, act: wrongToken },
  { id: 'F24', weight: 10, fits: isPut, act: cut },
  { id: 'F25', weight: 6, fits: isPut, act: garbled },
  { id: 'F26', weight: 6, fits: isPut, act: twice },
  { id: 'F27', weight: 6, fits: isPush, act: twice },
  { id: 'F27', weight: 6, fits: isPush, act: held },
  { id: 'F02', weight: 1, act: dieBefore },
  { id: 'F02', weight: 1, act: dieMeanwhile },
  { id: 'F02', weight: 1, act: dieAfter },
]

const broken = () => new TypeError('network')
const HTML = { 'Content-Type': 'text/html' }
const OURS = { 'Content-Type': 'application/json', 'X-Hetu': '1' }
const problem = (status, code, headers = {}) =>
  new Response(JSON.stringify({ problem: { code, fields: [] } }), { status, headers: { ...OURS, ...headers } })

async function lost() {
  throw broken()
}

async function replyLost(line, request) {
  await arrived(line, request)
  throw broken()
}

/** The answer breaks off in the middle of its body. */
async function replyBroken(line, request) {
  const answer = await line.send(request)
  const body = await answer.arrayBuffer()
  const half = body.slice(0, Math.floor(body.byteLength / 2))
  return new Response(half, { status: answer.status === 204 ? 200 : answer.status, headers: OURS })
}

/** @returns {Promise<Response>} when the server is done with it */
async function arrived(line, request) {
  const answer = await line.send(request)
  await answer.arrayBuffer()
  return answer
}

async function portal() {
  return new Response('<html>请先登录网络</html>', { status: 200, headers: HTML })
}

/** Redirects are not followed and 511 is no server of ours; a hijacked name fails at its certificate. */
async function elsewhere(line) {
  const status = line.dice.pick([302, 511, 0])
  if (!status) throw broken()
  return new Response('<html>登录</html>', { status, headers: { ...HTML, Location: 'http://10.0.0.1/login' } })
}

/** Bursts, as gateways have them; the server behind may have done its work all the same. */
async function serverError(line, request) {
  if (!line.burst && line.dice.chance(0.5)) line.burst = line.dice.within(1, 3)
  const status = line.dice.pick([500, 502, 503, 504])
  if (status === 504) await arrived(line, request)
  return line.dice.chance(0.5) ? problem(status, 'server_error') : new Response('<h1>Bad Gateway</h1>', { status, headers: HTML })
}

async function slowDown(line) {
  return problem(429, 'slow_down', { 'Retry-After': String(line.dice.within(1, 20)) })
}

async function tooLarge() {
  return problem(413, 'too_large')
}

/** The real server is asked with a token it does not know. */
function wrongToken(line, request) {
  return line.send({ ...request, headers: { ...request.headers, Authorization: 'Bearer hd1.forgotten' } })
}

/** The upload ends at a random byte. */
async function cut(line, request) {
  const length = request.body.byteLength
  await new Promise((resolve) => {
    const headers = { ...request.headers, 'Content-Length': length }
    const sending = http.request(line.base + request.path, { method: request.method, headers })
    sending.on('error', () => {}).on('close', resolve)
    sending.write(Buffer.from(request.body).subarray(0, line.dice.within(1, length)), () => sending.destroy())
  })
  throw broken()
}

function garbled(line, request) {
  const body = new Uint8Array(request.body.slice(0))
  body[line.dice.within(0, body.length - 1)] ^= 1 << line.dice.within(0, 7)
  return line.send({ ...request, body })
}

/** Both at once or one after the other; the phone sees the later answer. */
async function twice(line, request) {
  if (line.dice.chance(0.5)) return (await Promise.all([line.send(request), line.send(request)]))[1]
  await arrived(line, request)
  return line.send(request)
}

/** The phone gives up waiting; what it sent arrives after what it sends next. */
async function held(line, request) {
  line.sendLate(request, line.dice.within(20, 1500))
  throw broken()
}

async function dieBefore(line) {
  line.die()
}

async function dieMeanwhile(line, request) {
  line.send(request).catch(() => {})
  await really(line.dice.within(0, 40))
  line.die()
}

async function dieAfter(line, request) {
  const answer = await line.send(request)
  setImmediate(async () => {
    for (let ticks = line.dice.within(0, 60); ticks > 0; ticks -= 1) await new Promise(setImmediate)
    line.die()
  })
  return answer
}
