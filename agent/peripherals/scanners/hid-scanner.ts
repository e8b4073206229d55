import { z } from 'zod'
import { keepChannelOpen } from '../channels/kept-open.ts'
import { definePeripheral, type PeripheralSays } from '../driver.ts'
import { readHidDescriptor } from './hid-descriptor.ts'
import { type HidScans, hidScans } from './hid-report.ts'
import { dropSentence } from './scan-framing.ts'

/** The reports of one code follow each other within a few milliseconds. */
const CONTINUES_WITHIN_MS = 1_000

const UsbId = z.int().min(0).max(0xffff)

/** A USB scanner in "HID POS" mode: usage page 0x8C of the HID Point of Sale Usage Tables. */
export const hidScanner = definePeripheral({
  kind: 'hid-scanner',
  what: 'scanner',
  settings: z.strictObject({
    vendorId: UsbId,
    productId: UsbId,
    /** Tells two alike apart; null: any. */
    serialNumber: z.string().min(1).max(255).nullable().default(null),
  }),
  open(settings, { clock, timers, channels, say }) {
    let scans: HidScans | null = null
    let cancel = () => {}
    const dropped = (bytes: number, why: 'broken-off' | 'too-long'): PeripheralSays => ({
      is: 'scan-dropped',
      bytes,
      sentence: dropSentence(why, bytes),
    })

    const kept = keepChannelOpen({
      clock,
      timers,
      open: () => channels.usbHid(settings),
      opened({ reportDescriptor }) {
        const layouts = reportDescriptor === null ? [] : readHidDescriptor(reportDescriptor).layouts
        scans = hidScans(layouts, {
          code: bytes => say({ is: 'scanned', bytes, via: 'hid' }),
          dropped: (bytes, why) => say(dropped(bytes, why)),
        })
        say({ is: 'connected' })
      },
      data(report) {
        cancel()
        scans?.take(report)
        if (scans?.isWaiting() === true) cancel = timers.after(CONTINUES_WITHIN_MS, () => scans?.breakOff())
      },
      gone(code, sentence) {
        cancel()
        scans?.breakOff()
        scans = null
        say({ is: 'gone', code, sentence })
      },
    })
    return {
      take: () => {}, // a scanner is asked for nothing; print jobs are refused by the host
      async close() {
        cancel()
        await kept.close()
      },
    }
  },
})
