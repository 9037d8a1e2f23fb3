import Dexie from 'dexie'

/** Does this browser keep and give back what is put into a database? Not ours: that one is left alone. Rejects when not. */
export async function tryDatabase() {
  const trial = new Dexie('hetu-trial')
  trial.version(1).stores({ rows: 'key' })
  try {
    await trial.table('rows').put({ key: 'here', bytes: new Uint8Array([1, 2, 3]).buffer })
    const { bytes } = await trial.table('rows').get('here')
    if (bytes.byteLength !== 3) throw new Error('not what was put in')
  } finally {
    trial.close()
    await Dexie.delete('hetu-trial').catch(() => {})
  }
}
