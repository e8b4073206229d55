import type { UsbHidDevice, UsbHidHost } from '../../agent/peripherals/channels/usb-hid.ts'

interface Part {
  readonly descriptor?: Uint8Array
  readonly isBusy?: boolean
  readonly interfaceClass?: number
}

/** As node-usb's native part rejects: one code for everything, and what happened in the message. */
const failure = (call: string, why: string) =>
  Object.assign(new Error(`${call} error: ${why}`), { code: 'GenericFailure' })

/**
 * A USB bus at node-usb's own interface, as learnt from real devices in a virtual machine: "interface is busy" while
 * the kernel's driver holds it, "Cancelled" after the time without data, "Fault" when it is pulled out.
 */
export function fakeUsb(parts: readonly Part[], { packetSize = 64 } = {}) {
  const held = new Set(parts.map((_, i) => i))
  const claimed = new Set<number>()
  const reports: Uint8Array[] = []
  const done: string[] = []
  let isThere = true
  let isOpen = false
  let wake: (() => void) | null = null

  const wakeUp = (): void => {
    wake?.()
    wake = null
  }
  const device: UsbHidDevice = {
    vendorId: 0x0c2e,
    productId: 0x0b61,
    serialNumber: 'S1',
    configuration: {
      interfaces: parts.map((part, interfaceNumber) => ({
        interfaceNumber,
        alternates: [
          {
            interfaceClass: part.interfaceClass ?? 3,
            endpoints: [
              { endpointNumber: interfaceNumber + 1, direction: 'in', type: 'interrupt', packetSize },
            ],
          },
        ],
      })),
    },
    async open() {
      isOpen = true
    },
    async close() {
      isOpen = false
      wakeUp()
    },
    async detachKernelDriver(number) {
      if (!held.delete(number)) throw failure('detachKernelDriver', 'no kernel driver')
      done.push(`detach ${number}`)
    },
    async attachKernelDriver(number) {
      held.add(number)
      done.push(`attach ${number}`)
    },
    async claimInterface(number) {
      if (held.has(number) || parts[number]?.isBusy === true)
        throw failure('claimInterface', 'interface is busy (errno 16)')
      claimed.add(number)
    },
    async releaseInterface(number) {
      claimed.delete(number)
    },
    clearHalt: async () => void done.push('clearHalt'),
    async controlTransferIn({ index }) {
      const descriptor = parts[index]?.descriptor
      if (descriptor === undefined) return { status: 'stall' }
      return { status: 'ok', data: new DataView(Uint8Array.from(descriptor).buffer) }
    },
    async transferIn(endpoint, length) {
      if (!isOpen || !claimed.has(endpoint - 1)) throw failure('transferIn', 'interface is not claimed')
      if (reports.length === 0 && isThere)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      if (!isThere) throw failure('transferIn', 'Fault')
      const report = reports.shift()
      if (report === undefined) throw failure('transferIn', 'Cancelled')
      if (report.length > length) throw failure('transferIn', 'Overflow')
      return { status: 'ok', data: new DataView(Uint8Array.from(report).buffer) }
    },
  }
  const usb: UsbHidHost = { getDevices: async () => (isThere ? [device] : []) }
  return {
    usb,
    done,
    held,
    isOpen: () => isOpen,
    scan(...sent: readonly Uint8Array[]) {
      reports.push(...sent)
      wakeUp()
    },
    /** The time without data is over. */
    cancel: wakeUp,
    unplug() {
      isThere = false
      wakeUp()
    },
    plug() {
      isThere = true
      for (const i of parts.keys()) held.add(i)
    },
  }
}
