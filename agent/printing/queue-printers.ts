import { PeripheralName } from '../../shared/ids.ts'
import type { Cancel } from '../../shared/world.ts'
import type { PeripheralOrder } from '../peripherals/driver.ts'
import type { Peripherals } from '../peripherals/peripherals.ts'
import type { PrintQueue } from './print-queue.ts'

/** Ties the print queue to the till's peripherals: it hears how printers stand, and what became of its jobs. */
export function tieQueue(peripherals: Peripherals, queue: () => PrintQueue) {
  const before = new Map<string, string>()

  function hear(): void {
    for (const { peripheral, connected, conditions, sentence } of peripherals.states()) {
      const now = JSON.stringify([connected, conditions])
      if (before.get(peripheral) === now) continue
      before.set(peripheral, now)
      if (!connected) queue().said(peripheral, { is: 'gone', code: 'PERIPHERAL_GONE', sentence })
      else {
        queue().said(peripheral, { is: 'conditions', conditions })
        queue().said(peripheral, { is: 'connected' })
      }
    }
  }

  return {
    order(peripheral: string, order: PeripheralOrder): void {
      const name = PeripheralName.parse(peripheral)
      if (order.is === 'ask-conditions') {
        peripherals.askConditions(name)
        return
      }
      void peripherals
        .print(name, order.job, order.bytes)
        .then(end => queue().said(peripheral, { is: 'print-ended', job: order.job, ...end }))
    },
    /** Begins to listen; tells at once how the peripherals stand. */
    listen(): Cancel {
      hear()
      return peripherals.onChange(hear)
    },
  }
}
