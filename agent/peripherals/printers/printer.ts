import { z } from 'zod'
import { type DriverParts, definePeripheral, type Peripheral, type PeripheralOrder } from '../driver.ts'
import { connectionLinks } from './connect-per-job.ts'
import { automaticStatus } from './esc-pos-link.ts'
import { type Links, passingNothing } from './links.ts'
import { heldLinks } from './persistent-connection.ts'
import { openPrinterState } from './printer-state.ts'
import { type JobOutcome, sendJob } from './send-job.ts'
import { nameOfTransport, openTransport, printerSettings, Transport } from './transport.ts'

const Settings = z.strictObject({
  to: Transport,
  ...printerSettings,
  /** A network printer that serves this till alone: it tells of changes at once. Others wait for it then. */
  stayConnected: z.boolean().default(false),
})
type Settings = z.infer<typeof Settings>

const CLOSE_MS = 1_900

/** A receipt printer of our own, for slips. It reconnects automatically. */
export const printer = definePeripheral<Settings>({
  kind: 'printer',
  what: 'printer',
  settings: Settings,
  open: (settings, parts) => openPrinter(settings, parts),
})

function openPrinter(settings: Settings, parts: DriverParts): Peripheral {
  const { clock, timers, say } = parts
  const { language, answers, pollSeconds, to, drawerOpenWhen } = settings
  const state = openPrinterState(say, drawerOpenWhen)
  const open = () => openTransport(parts.channels, to)
  const reachable = (is: boolean) => {
    if (is) state.connected()
  }
  const common = { clock, timers, language, answers, pollSeconds, state, reachable, open }
  const greeting =
    answers && language === 'esc-pos' ? automaticStatus(drawerOpenWhen !== null) : new Uint8Array()
  let isPrinting = false
  const links: Links =
    to.by !== 'tcp' || settings.stayConnected
      ? heldLinks({ ...common, name: nameOfTransport(to), greeting, mayAsk: () => !isPrinting })
      : connectionLinks(common)
  links.look()

  async function print(bytes: Uint8Array): Promise<JobOutcome> {
    try {
      const link = await links.use(passingNothing)
      try {
        return await sendJob(link, bytes, { asks: answers, state, timers, alone: work => work() })
      } finally {
        await links.done(link)
      }
    } catch {
      return { outcome: 'failed', sentence: 'Nothing was sent: the printer can not be reached.' }
    }
  }

  let jobs: Promise<void> = Promise.resolve()
  return {
    take(order: PeripheralOrder): void {
      if (order.is === 'ask-conditions') {
        state.sayAgain()
        links.look()
        return
      }
      jobs = jobs.then(async () => {
        isPrinting = true
        const ended = await print(order.bytes)
        isPrinting = false
        say({ is: 'print-ended', job: order.job, ...ended })
      })
    },
    close: () =>
      Promise.race([links.close(), new Promise<void>(resolve => void timers.after(CLOSE_MS, resolve))]),
  }
}
