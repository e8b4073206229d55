import { describeError } from '../shared/errors.ts'
import { type AgentEvent, SourceRowRefused } from '../shared/events.ts'
import { epochMs } from '../shared/ids.ts'
import type { Cancel, World } from '../shared/world.ts'
import type { AgentJournal } from './agent-journal.ts'
import { scanText } from './codecs/scan-codes/scan-text.ts'
import type { AgentConfig } from './config.ts'
import { captureReceipts } from './peripherals/capture-receipts.ts'
import type { LaunchHost } from './peripherals/host/host-link.ts'
import { scanObserver } from './peripherals/observe-scan.ts'
import { startDevices } from './peripherals/peripherals.ts'
import { type PrintQueue, startPrintQueue } from './printing/print-queue.ts'
import { openPrinting, type PrintingParts } from './printing/printing.ts'
import { tieQueue } from './printing/queue-printers.ts'
import type { openReceiptSources } from './sources/paper/receipt-sources.ts'
import { receiptsKind } from './sources/paper/receipt-sources.ts'
import type { DeviceView, ScanView } from './till/api-schema.ts'

export interface PeripheralsParts {
  readonly world: World
  readonly config: AgentConfig
  readonly journal: AgentJournal
  readonly receipts: ReturnType<typeof openReceiptSources>
  readonly launch: LaunchHost
  /** Called when a device is another than before. */
  changed(): void
}

/** The till's scanners, printers and print paths, and what comes of them: scans, receipts, slips. */
export function startPeripherals({ world, config, journal, receipts, launch, changed }: PeripheralsParts) {
  const { clock, log } = world
  const now = () => epochMs(clock.now())
  const record = (events: readonly AgentEvent[]) => journal.record(events)
  const observe = scanObserver({ rules: config.scans, clock, record: event => record([event]) })
  const scanListeners = new Set<(scan: ScanView) => void>()
  const slipListeners = new Set<() => void>()

  const devices = startDevices(config.devices, { world, launch, record })
  const stopChanges = devices.onChange(changed)
  devices.onScan(async ({ device, bytes, via }) => {
    const scan = await observe(device, via, scanText(bytes))
    for (const listener of scanListeners) listener(scan)
  })

  const captured = captureReceipts({
    profileOf: () => ({ profile: 'auto' }),
    async take(receipt, device) {
      const taken = await receipts.take(receipt, device, clock.now())
      if (!taken && receipt.lines.length > 0) log.debug({ device }, 'no source reads this printer')
    },
    lost: (device, bytes) => sayLost(device, bytes),
    log,
  })
  devices.onCapture(({ device, what }) => captured(device, what))

  /** Head office learns of a print that left no record, as of a receipt that can't be read. */
  async function sayLost(device: string, bytes: number): Promise<void> {
    const source = config.sources.find(each => each.kind === receiptsKind)?.source
    if (source === undefined) return
    const at = now()
    await record([
      SourceRowRefused.parse({
        kind: 'source.row-refused',
        at,
        source,
        row: `print/${device}/${at}`,
        code: 'PRINT_NOT_RECORDED',
        sentence: `${bytes} bytes that were printed on ${device} were not recorded, because this PC was too slow to take them. Look at the receipts of that minute.`,
        payload: '',
        what: 'receipt',
      }),
    ])
  }

  const tied = tieQueue(devices, () => queue)
  const queue: PrintQueue = startPrintQueue({
    ...world,
    ...journal.parts.printing,
    order: tied.order,
    changed() {
      for (const listener of slipListeners) listener()
    },
  })
  const stopQueue = tied.listen()

  return {
    observe,
    onScan(listener: (scan: ScanView) => void): Cancel {
      scanListeners.add(listener)
      return () => void scanListeners.delete(listener)
    },
    devices: (): DeviceView[] =>
      devices.states().map(({ device, what, connected, conditions, sentence }) => ({
        device,
        what,
        connected,
        conditions: [...conditions],
        sentence,
      })),
    slips: (parts: Pick<PrintingParts, 'pickup' | 'place'>) => ({
      ...openPrinting({ ...parts, config: config.printing ?? null, queue, clock }),
      onChange(listener: () => void): Cancel {
        slipListeners.add(listener)
        return () => void slipListeners.delete(listener)
      },
    }),
    async [Symbol.asyncDispose]() {
      stopChanges()
      stopQueue()
      queue[Symbol.dispose]()
      try {
        await devices[Symbol.asyncDispose]()
      } catch (error) {
        log.warn({ ...describeError(error) }, 'a device did not close')
      }
    },
  }
}
