import type { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { PeripheralName, type PickupId } from '../../shared/ids.ts'
import type { Clock } from '../../shared/world.ts'
import type { PickupView, PrintJobView, ReturnView } from '../till/api-schema.ts'
import { type PrintJob, printJobUnknown, saysCustomer } from './print-jobs.ts'
import type { PrintQueue } from './print-queue.ts'
import { SlipFormat, type SlipKind } from './slip-format.ts'

/** Which printer of this till prints the slips of pickups, and how. */
export const PrintingConfig = SlipFormat.extend({ printer: PeripheralName })
export type PrintingConfig = z.infer<typeof PrintingConfig>

export const printerNotSet = defineError(
  'PRINTER_NOT_SET',
  () => 'No printer is set for slips at this till. IT sets it under "printing" in agent.json.',
)

export interface PrintingParts {
  /** Null: this till prints no slips. */
  readonly config: PrintingConfig | null
  readonly queue: PrintQueue
  readonly clock: Clock
  /** Whether this till must not show its customers now. */
  isHidden(): boolean
  /** @throws PICKUP_UNKNOWN */
  pickup(id: PickupId): PickupView
  /** @throws RETURN_UNKNOWN */
  returned(returnId: string): ReturnView
  place(): { readonly storeName: string; readonly till: string; readonly zone: string }
}

const SHOWN = 50

/** Slips of pickups as the till page asks for them. */
export interface Printing {
  /** The newest jobs, newest first. */
  list(): PrintJobView[]
  /** Resolves once the slip is queued durably. @throws PRINTER_NOT_SET, PICKUP_UNKNOWN, PRINT_QUEUE_FULL */
  print(id: PickupId, kind: SlipKind): Promise<PrintJobView>
  /** The same for a return. @throws PRINTER_NOT_SET, RETURN_UNKNOWN, PRINT_QUEUE_FULL */
  printReturn(returnId: string): Promise<PrintJobView>
  /** @throws PRINT_JOB_UNKNOWN, PRINT_JOB_UNDER_WAY, PRINT_JOB_TOO_OLD, PRINT_JOB_HIDDEN */
  reprint(job: string): Promise<PrintJobView>
}

export function openPrinting({
  config,
  queue,
  clock,
  isHidden,
  pickup,
  returned,
  place,
}: PrintingParts): Printing {
  function jobNamed(job: string): PrintJobView {
    const found = queue.newest(SHOWN).find(one => one.job === job)
    if (found === undefined) throw printJobUnknown({ job })
    return viewOf(found)
  }
  return {
    list: () => queue.newest(SHOWN).map(viewOf),
    async print(id, kind) {
      if (config === null) throw printerNotSet({})
      const { printer, ...format } = config
      const view = pickup(id)
      const { makeSlip } = await import('./slips.ts') // its encoder is large, and most tills print no slips
      const bytes = makeSlip(kind, view, { ...place(), at: clock.now(), isCopy: false }, format)
      const orderName = view.order.name
      const namesCustomer = saysCustomer(view)
      return jobNamed(
        await queue.print({ device: printer, kind, subject: id, orderName, bytes, namesCustomer }),
      )
    },
    async printReturn(returnId) {
      if (config === null) throw printerNotSet({})
      const { printer, ...format } = config
      const view = returned(returnId)
      const { makeReturnSlip } = await import('./return-slip.ts')
      const bytes = makeReturnSlip(view, { ...place(), at: clock.now(), isCopy: false }, format)
      const about = {
        kind: 'return-slip',
        subject: view.returnId,
        orderName: view.orderName,
      } as const
      return jobNamed(await queue.print({ device: printer, ...about, bytes, namesCustomer: false }))
    },
    reprint: async job => jobNamed(await queue.reprint(job, { mayNameCustomer: !isHidden() })),
  }
}

function viewOf({ job, kind, subject, orderName, madeAt, state, sentence }: PrintJob): PrintJobView {
  return { job, kind, subject, orderName, madeAt, state, sentence }
}
