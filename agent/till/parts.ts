import type { PickupId } from '../../shared/ids.ts'
import type { World } from '../../shared/world.ts'
import type { FreeStock } from '../free-stock/free-stock.ts'
import type { Pickups } from '../pickups/pickups.ts'
import type { Returns } from '../returns/returns.ts'
import type { PosInlet } from '../sources/http/http-source.ts'
import type { StaffDoor } from '../staff/staff-door.ts'
import type { PrintJobView, ScanView, slipKinds, TillState } from './api-schema.ts'
import type { KeptPages } from './kept-pages.ts'

export interface TillServerParts {
  readonly world: World
  readonly port: number
  /** The first code of the page's link. */
  readonly linkCode: string
  readonly openedPages: KeptPages
  /** What programs of the agent's own user bring to read the state. */
  readonly statusToken: string
  /** What the desktop app of this till brings, drawn for each run; null: it is not let in. */
  readonly deskToken: string | null
  /** Called with the version of a desktop app that asks for the state. */
  desktopSeen?(version: string): void
  /** The folder of the built till page. */
  readonly pages: string
  readonly pickups: Pickups
  readonly returns: Returns
  readonly stock: FreeStock
  /** Where the POS's own calls go, and the token that they carry. */
  readonly pos: { readonly inlet: PosInlet; readonly token: string }
  /** What a scanner in keyboard mode typed into the page: journalled, and what it means. */
  readonly scanned: (text: string, page: string) => Promise<ScanView>
  readonly slips: SlipPrinting
  readonly staff: StaffDoor
  state(): TillState
  /** Called with every newer link of the page. */
  onLink?(link: string): void
  /** Called with a listener for every scan of this till's other scanners. */
  onScan(listener: (scan: ScanView) => void): () => void
  /** Called with a listener for every change, with what it is that changed. */
  onChange(listener: (what: TillChange) => void): () => void
}

/** What of the page has to be read again. */
export type TillChange = 'state' | 'pickups' | 'returns' | 'stock' | 'staff'

/** Slips for pickups and returns: printed once each, and again when staff say so. */
export interface SlipPrinting {
  /** Those of the last day, newest first. */
  list(): readonly PrintJobView[]
  /** @throws PICKUP_UNKNOWN, PRINTER_NOT_SET */
  print(pickup: PickupId, slip: (typeof slipKinds)[number]): Promise<PrintJobView>
  /** @throws RETURN_UNKNOWN, PRINTER_NOT_SET */
  printReturn(returnId: string): Promise<PrintJobView>
  /** @throws PRINT_JOB_UNKNOWN */
  reprint(job: string): Promise<PrintJobView>
  /** Called with a listener for every change of a job. */
  onChange(listener: () => void): () => void
}
