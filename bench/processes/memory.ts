import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { answerQuestions } from './answer-questions.ts'

const loop = monitorEventLoopDelay({ resolution: 5 })
let since = { at: 0, cpu: process.cpuUsage() }

/** Loaded with `--import` before a real command: lets a bench ask what its process uses. */
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
  /** From now on its load is measured; see `HubLoad`. */
  watch() {
    loop.reset()
    loop.enable()
    since = { at: performance.now(), cpu: process.cpuUsage() }
  },
  watched() {
    const { user, system } = process.cpuUsage(since.cpu)
    const ms = performance.now() - since.at
    return {
      longestMs: loop.max / 1e6,
      p99Ms: loop.percentile(99) / 1e6,
      cpuShare: (user + system) / 1_000 / ms,
      cpuMs: (user + system) / 1_000,
      rss: process.memoryUsage.rss(),
    }
  },
})

process.channel?.unref() // the command ends as it would without this
