import { TASKS } from './journal-tasks.js'

self.onmessage = async ({ data: { job, task, given } }) => {
  try {
    self.postMessage({ job, answer: await TASKS[task](given) })
  } catch (error) {
    self.postMessage({ job, trouble: error.name })
  }
}
