import { setTimeout as wait } from 'node:timers/promises'
import { answerQuestions } from './answer-questions.ts'

/** Loaded with `--import` before a real command: lets a bench ask how much memory its process holds. */
answerQuestions({
  /** As it is. */
  resident: () => process.memoryUsage.rss(),
  /** After what is not needed any more was collected; needs --expose-gc. */
  async collected() {
    for (let turn = 0; turn < 3; turn += 1) {
      globalThis.gc?.()
      await wait(100)
    }
    const { rss, heapUsed, external } = process.memoryUsage()
    return { rss, heap: heapUsed + external }
  },
})

process.channel?.unref() // the command ends as it would without this
