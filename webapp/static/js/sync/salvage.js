/** What is not needed to open the app, as one lazy chunk. */
export { tryJournal } from '../store/journal.js'
export { rescuePack } from '../store/pack.js'
export { rebuild, sessionFromJournal } from '../store/recover.js'
export { tidyJournal } from '../store/tidy.js'
export { tryDatabase } from '../store/trial.js'
export { bringPack, sendSealed, sendSealedInTurn } from './rescue.js'
