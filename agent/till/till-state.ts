import type { DeviceFile } from '../enrolment/device-file.ts'
import type { Journal } from '../journal/journal.ts'
import type { LinkState } from '../uplink/uplink.ts'
import { type PeripheralView, type SourceView, TillState, type WriteBackView } from './api-schema.ts'
import type { DescribedStore } from './store-described.ts'

/** The state line's facts: computed from the stream and the link at this moment. */
export function tillState(parts: {
  device: DeviceFile
  journal: Journal<{ readonly store: DescribedStore }>
  link: LinkState
  sources: readonly SourceView[]
  peripherals: readonly PeripheralView[]
  writeBacks: readonly WriteBackView[]
  kept?: readonly { readonly store: string; readonly events: number; readonly receipts: number }[]
  prints: boolean
  customersHiddenAfterHours?: number | null
  /** When the journal was last found damaged, agent clock; null: not lately. */
  damagedAt?: number | null
  /** Head office's settings that it runs with; null: its own alone. */
  settings?: { readonly runs: string; readonly since: number | null; readonly isOnTrial: boolean } | null
  /** Why it runs with settings that worked before, and not with its agent.json as that is now; null: it does. */
  settingsProblem?: string | null
  /** That a changed agent.json is not in use yet; null: none waits. */
  settingsWaiting?: string | null
  /** That a changed agent.json is in use and on trial; null: none is. */
  settingsTrial?: string | null
}): TillState {
  const { device, journal, link } = parts
  const store = journal.parts.store()
  const { events, sales } = journal.unsent()
  return TillState.parse({
    store: device.store,
    storeName: store?.name ?? device.storeName,
    till: store?.till ?? device.till,
    zone: store?.zone ?? device.zone,
    handOver: store?.handOver ?? 'free',
    returns: store?.returns ?? 'none',
    stock: store?.stock ?? 'none',
    reminders: store?.reminders ?? null,
    staffPin: store?.staffPin ?? 'off',
    link: link.link,
    since: link.since,
    problem: diskProblem(journal) ?? link.problem?.message ?? null,
    problemCode: link.problem?.code ?? null,
    diskFull: journal.diskFull(),
    keepsNothing: journal.refusesWrites(),
    damagedAt: parts.damagedAt ?? null,
    unsent: events,
    unsentSales: sales,
    sources: parts.sources,
    peripherals: parts.peripherals,
    writeBacks: parts.writeBacks,
    unreadCommands: journal.unreadCommands(),
    kept: (parts.kept ?? [])
      .map(({ store: of, events, receipts }) => ({ store: of, records: events + receipts }))
      .filter(({ records }) => records > 0),
    prints: parts.prints,
    settings: parts.settings ?? null,
    settingsProblem: parts.settingsProblem ?? null,
    settingsWaiting: parts.settingsWaiting ?? null,
    settingsTrial: parts.settingsTrial ?? null,
    customersHiddenAfterHours: parts.customersHiddenAfterHours ?? null,
  })
}

function diskProblem(journal: Journal): string | null {
  if (journal.refusesWrites())
    return 'The disk of this PC is full. Nothing can be kept any more: free some space now.'
  return journal.diskFull()
    ? 'The disk of this PC is full. Sales are still kept, but not for long: free some space.'
    : null
}
