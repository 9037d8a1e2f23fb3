/**
 * A phone that has kept captures all day and sends them now: `node bench/slow_line.js <server> <slow line> <username>
 * <password> <captures>`. Signs in and fills its outbox over the good line; says as JSON how long the bad one took.
 */
import 'fake-indexeddb/auto'

const [server, slowLine, username, password, wanted] = process.argv.slice(2)
globalThis.navigator ??= {}
let base = server
const send = globalThis.fetch
globalThis.fetch = (path, options) => send(base + path, options)

const { estimate } = await import('../webapp/static/js/geo/estimate.js')
const { keepCapture } = await import('../webapp/static/js/store/captures.js')
const { db, openStore } = await import('../webapp/static/js/store/db.js')
const { runCycle } = await import('../webapp/static/js/sync/cycle.js')
const { enrol } = await import('../webapp/static/js/sync/enrol.js')

const FIXES = 40
const STEP_M = 0.6
const DEGREE_M = 111_195

/** A receiver under open sky drifts slowly and trembles a little. */
function readings() {
  let [east, north] = [0, 0]
  const step = () => (Math.random() - 0.5) * 2 * STEP_M
  return Array.from({ length: FIXES }, (_, index) => {
    ;[east, north] = [east * 0.97 + step(), north * 0.97 + step()]
    const [lon, lat] = [99.16 + (east / DEGREE_M) * 1.1, 25.12 + north / DEGREE_M]
    return [index * 1000 + Math.round(Math.random() * 60), Number(lon.toFixed(7)), Number(lat.toFixed(7)), Number((4 + 4 * Math.random()).toFixed(1))]
  })
}

function stand(household) {
  const fixes = readings()
  return keepCapture({
    subject: 'household', entityId: household.id, title: household.data.head, estimate: { ...estimate(fixes), altitude_m: 1655.2 },
    fixes, source: 'gps', note: '', reason: 'R06', photos: [], baseRev: household.rev, draftKey: `household:${household.id}`,
  })
}

await openStore()
const signedIn = await enrol({ username, password, label: '测速' })
if (!signedIn.pulled) throw new Error(JSON.stringify(signedIn))
const doors = (await db.households.toArray()).slice(0, Number(wanted))
for (const door of doors) await stand(door)

base = slowLine
const began = performance.now()
let pushed = null
const failure = await runCycle(({ phase }) => {
  if (phase === 'photos') pushed = (performance.now() - began) / 1000
})
const uploaded = await db.outbox.where('status').equals('uploaded').count()
process.stdout.write(JSON.stringify({ failure, uploaded, pushed_s: pushed, whole_s: (performance.now() - began) / 1000 }))
process.exit()
