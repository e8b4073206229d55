import { describeError } from '../shared/errors.ts'
import { type AgentEvent, SourceRowRefused } from '../shared/events.ts'
import { epochMs } from '../shared/ids.ts'
import type { Cancel, World } from '../shared/world.ts'
import type { AgentJournal } from './agent-journal.ts'
import { scanText } from './codecs/scan-codes/scan-text.ts'
import type { AgentConfig } from './config.ts'
import { captureReceipts } from './peripherals/capture-receipts.ts'
import type { LaunchHost } from './peripherals/host/host-link.ts'
import type { SpoolParts } from './peripherals/host/supervisor.ts'
import { type ObserveScan, scanObserver } from './peripherals/observe-scan.ts'
import { startPeripherals } from './peripherals/peripherals.ts'
import { printProfiles } from './peripherals/print-profiles.ts'
import { startPrintQueue } from './printing/print-queue.ts'
import { openPrinting, type PrintingParts } from './printing/printing.ts'
import { RECEIPTS, type ReceiptSources } from './sources/paper/receipt-sources.ts'
import type { PeripheralView, ScanView } from './till/api-schema.ts'
import type { SlipPrinting } from './till/parts.ts'

export interface TillPeripheralsParts {
  readonly world: World
  readonly config: AgentConfig
  readonly journal: AgentJournal
  /** Takes each printed receipt; resolves to whether a source reads this printer. */
  readonly receipts: Pick<ReceiptSources, 'take'>
  /** Where prints are kept until they are journalled; left out: they are not kept. */
  readonly spool?: SpoolParts | null
  readonly launch: LaunchHost
  /** What a scan of a badge means; null: it is another code, and is journalled. Left out: no one has a badge. */
  badge?(text: string, page: string | null): Promise<ScanView> | null
  /** Called when a peripheral is another than before. */
  changed(): void
}

/** @param page where it was typed; left out: a scanner of the till read it */
type ObserveAt = (
  ...scan: [...scan: Parameters<ObserveScan>, page?: string | null]
) => ReturnType<ObserveScan>

/** The till's scanners, printers and print paths, and what comes of them: scans, receipts, slips. */
export interface TillPeripherals extends AsyncDisposable {
  /** Also for scans that do not come from a peripheral of the agent. */
  readonly observe: ObserveAt
  /** Calls the listener for each scan of a peripheral. Returns what ends it. */
  onScan(listener: (scan: ScanView) => void): Cancel
  /** Each configured peripheral as it is now. */
  states(): PeripheralView[]
  /** Slips for the till page. */
  slips(parts: Pick<PrintingParts, 'pickup' | 'returned' | 'place' | 'isHidden'>): SlipPrinting
}

/** Starts the peripherals that the settings name. */
export function startTillPeripherals({
  world,
  config,
  journal,
  receipts,
  spool = null,
  launch,
  badge = () => null,
  changed,
}: TillPeripheralsParts): TillPeripherals {
  const { clock, log } = world
  const now = () => epochMs(clock.now())
  const record = (events: readonly AgentEvent[]) => journal.record(events)
  const journalled = scanObserver({ rules: config.scans, clock, record: event => record([event]) })
  const observe: ObserveAt = (peripheral, via, text, page = null) =>
    badge(text, page) ?? journalled(peripheral, via, text)
  const scanListeners = new Set<(scan: ScanView) => void>()
  const slipListeners = new Set<() => void>()

  const peripherals = startPeripherals(config.peripherals, { world, launch, record, spool })
  const stopChanges = peripherals.onChange(changed)
  peripherals.onScan(async ({ peripheral, bytes, via }) => {
    const scan = await observe(peripheral, via, scanText(bytes))
    for (const listener of scanListeners) listener(scan)
  })

  const stopping = new AbortController()
  const captured = captureReceipts({
    profileOf: printProfiles(config.peripherals),
    memories: journal.parts.printers,
    async take(receipt, { peripheral, print, at, isCutOff }) {
      const taken = await receipts.take(receipt, peripheral, at ?? clock.now(), {
        print,
        isCutOff,
      })
      if (!taken && receipt.lines.length > 0) log.debug({ peripheral }, 'no source reads this printer')
    },
    lost: sayLost,
    timers: world.timers,
    stopping: stopping.signal,
    log,
  })
  peripherals.onCapture(({ peripheral, what }) => captured(peripheral, what))

  /** Head office learns of a print that left no record, as of a receipt that can't be read. */
  async function sayLost(peripheral: string, what: number | string, print: string | null): Promise<void> {
    const source = config.sources.find(each => each.kind === RECEIPTS)?.source
    if (source === undefined || (print !== null && journal.parts.captured.holds(print))) return
    const at = now()
    await record([
      SourceRowRefused.parse({
        kind: 'source.row-refused',
        at,
        source,
        row: `print/${peripheral}/${print ?? at}`,
        code: 'PRINT_NOT_RECORDED',
        sentence:
          typeof what === 'number'
            ? `${what} bytes that were printed on ${peripheral} were not recorded, because this PC could not take them in time. Look at the receipts of that minute.`
            : `A print on ${peripheral} was not recorded, because of ${what}. Look at the receipts of that minute.`,
        payload: '',
        what: 'receipt',
      }),
    ])
  }

  const queue = startPrintQueue({
    ...world,
    ...journal.parts.printing,
    printers: peripherals,
    changed() {
      for (const listener of slipListeners) listener()
    },
  })

  return {
    observe,
    onScan(listener) {
      scanListeners.add(listener)
      return () => void scanListeners.delete(listener)
    },
    states: () =>
      peripherals.states().map(({ peripheral, what, connected, conditions, sentence }) => ({
        peripheral,
        what,
        connected,
        conditions: [...conditions],
        sentence,
      })),
    slips: parts => ({
      ...openPrinting({ ...parts, config: config.printing ?? null, queue, clock }),
      onChange(listener) {
        slipListeners.add(listener)
        return () => void slipListeners.delete(listener)
      },
    }),
    async [Symbol.asyncDispose]() {
      stopChanges()
      stopping.abort()
      queue[Symbol.dispose]()
      try {
        await peripherals[Symbol.asyncDispose]()
      } catch (error) {
        log.warn({ ...describeError(error) }, 'a peripheral did not close')
      }
    },
  }
}
