import { describeError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import type { Found } from '../find.ts'
import type { LaunchHost } from './host-link.ts'
import { FromHost } from './protocol.ts'
import { hostEnded } from './supervisor.ts'

/** A host's start on an old till PC, and five seconds for each list. */
const ANSWER_MS = 30_000

/**
 * What hardware a till has, looked for in a device host of its own, so that native code that crashes or hangs is a
 * problem among the others. Never rejects; at most thirty seconds. A peripheral that the running agent holds is listed too.
 */
export function findThroughHost(launch: LaunchHost, timers: Timers): Promise<Found> {
  return new Promise(resolve => {
    const failed = (why: string): void => {
      const { code, sentence } = describeError(hostEnded({ why }))
      resolve({ serialPorts: [], usbDevices: [], problems: [{ code, sentence }] })
    }
    const link = launch()
    const cancel = timers.after(ANSWER_MS, () => {
      link.kill()
      failed('no answer for 30 seconds')
    })
    link.listen({
      message(raw) {
        const message = FromHost.safeParse(raw)
        if (!message.success || message.data.is !== 'found') return
        cancel()
        resolve(message.data.found)
        link.send({ is: 'close' })
      },
      ended(why) {
        cancel()
        failed(why)
      },
    })
    link.send({ is: 'find' })
  })
}
