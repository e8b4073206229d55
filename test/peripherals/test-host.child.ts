import { z } from 'zod'
import { type AnyPeripheralKind, definePeripheral } from '../../agent/peripherals/driver.ts'
import { runNodeHost } from '../../agent/peripherals/host/node-host.ts'
import { peripheralKinds } from '../../agent/peripherals/index.ts'

/** Breaks the whole host in the ways that native code does, when it is asked for its conditions. */
const trouble = definePeripheral({
  kind: 'trouble',
  what: 'printer',
  settings: z.strictObject({ how: z.enum(['hang', 'abort', 'segv', 'throw', 'reject']) }),
  open({ how }, { say, timers }) {
    say({ is: 'connected' })
    let isCapturing = false
    return {
      take(order) {
        if (order.is === 'print') return // it is held for ever: the host breaks while it prints
        if (!isCapturing) {
          isCapturing = true
          say({ is: 'captured', job: 1, towards: 'printer', bytes: Uint8Array.of(0x1b, 0x40) })
        }
        say({ is: 'scanned', bytes: new TextEncoder().encode(`before ${how}`), via: 'serial' })
        if (how === 'hang') for (;;);
        if (how === 'abort') process.abort()
        if (how === 'segv') process.kill(process.pid, 'SIGSEGV')
        if (how === 'throw')
          timers.soon(() => {
            throw new Error('a driver of a test')
          })
        if (how === 'reject') void Promise.reject(new Error('a promise of a test'))
      },
      close: async () => {},
    }
  },
})

/** Captures without end, as fast as its process can, and says on a scan each second how often it has. */
const fountain = definePeripheral({
  kind: 'fountain',
  what: 'print-path',
  settings: z.strictObject({ pieces: z.int(), bytes: z.int() }),
  open({ pieces, bytes }, { say, timers }) {
    say({ is: 'connected' })
    let sent = 0
    const pour = (): void => {
      if (sent === pieces) {
        say({ is: 'capture-ended', job: 7 })
        say({ is: 'scanned', bytes: new TextEncoder().encode(`passed ${sent * bytes}`), via: 'tee' })
        return
      }
      sent += 1
      say({ is: 'captured', job: 7, towards: 'printer', bytes: new Uint8Array(bytes).fill(sent % 251) })
      timers.soon(pour)
    }
    timers.soon(pour)
    return { take: () => {}, close: async () => {} }
  },
})

const kinds: readonly AnyPeripheralKind[] = [...peripheralKinds, trouble, fountain]
runNodeHost(kinds)
