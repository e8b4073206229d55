import { z } from 'zod'
import { keepChannelOpen } from '../channels/kept-open.ts'
import { serialSettings } from '../channels/serial-settings.ts'
import { definePeripheral } from '../driver.ts'
import { framingSettings } from './scan-framing.ts'
import { readScans } from './scan-reader.ts'

/** A barcode scanner on a serial port: RS-232, a USB adapter, or USB-CDC ("USB virtual COM port"). */
export const serialScanner = definePeripheral({
  kind: 'serial-scanner',
  what: 'scanner',
  settings: z.strictObject({ ...serialSettings, ...framingSettings }),
  open({ prefix, suffix, pauseMs, ...port }, { clock, timers, channels, say }) {
    const framing = pauseMs === undefined ? { prefix, suffix } : { prefix, suffix, pauseMs }
    const reader = readScans(framing, 'serial', { clock, timers, say })
    const kept = keepChannelOpen({
      clock,
      timers,
      open: () => channels.serial(port),
      opened: () => say({ is: 'connected' }),
      data: reader.take,
      gone(code, sentence) {
        reader.reset()
        say({ is: 'gone', code, sentence })
      },
    })
    return {
      take: () => {}, // a scanner is asked for nothing; print jobs are refused by the host
      async close() {
        reader.close()
        await kept.close()
      },
    }
  },
})
