import { DeviceName } from '../../shared/ids.ts'
import type { Cancel } from '../../shared/world.ts'
import type { DeviceOrder } from '../peripherals/driver.ts'
import type { Devices } from '../peripherals/peripherals.ts'
import type { PrintQueue } from './print-queue.ts'

/** Ties the print queue to the till's devices: it hears how printers stand, and what became of its jobs. */
export function tieQueue(devices: Devices, queue: () => PrintQueue) {
  const before = new Map<string, string>()

  function hear(): void {
    for (const { device, connected, conditions, sentence } of devices.states()) {
      const now = JSON.stringify([connected, conditions])
      if (before.get(device) === now) continue
      before.set(device, now)
      if (!connected) queue().said(device, { is: 'gone', code: 'DEVICE_GONE', sentence })
      else {
        queue().said(device, { is: 'conditions', conditions })
        queue().said(device, { is: 'connected' })
      }
    }
  }

  return {
    order(device: string, order: DeviceOrder): void {
      const name = DeviceName.parse(device)
      if (order.is === 'ask-conditions') {
        devices.askConditions(name)
        return
      }
      void devices
        .print(name, order.job, order.bytes)
        .then(end => queue().said(device, { is: 'print-ended', job: order.job, ...end }))
    },
    /** Begins to listen; tells at once how the devices stand. */
    listen(): Cancel {
      hear()
      return devices.onChange(hear)
    },
  }
}
