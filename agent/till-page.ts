import { PeripheralName } from '../shared/ids.ts'
import type { World } from '../shared/world.ts'
import type { AgentJournal } from './agent-journal.ts'
import type { AgentConfig, agentPaths } from './config.ts'
import type { DeviceFile } from './enrolment/device-file.ts'
import { openFreeStock } from './free-stock/free-stock.ts'
import { hidesCustomers } from './pickups/last-contact.ts'
import { openPickups } from './pickups/pickups.ts'
import type { PosWork } from './pos-work.ts'
import { openReturns } from './returns/returns.ts'
import type { StaffDoor } from './staff/staff-door.ts'
import { keepDeskDoor } from './till/desk-door.ts'
import type { KeptPages } from './till/kept-pages.ts'
import type { TillChange } from './till/parts.ts'
import { posToken } from './till/pos-api.ts'
import { drawSecret } from './till/secrets.ts'
import { serveTill } from './till/server.ts'
import { tillState } from './till/till-state.ts'
import type { TillPeripherals } from './till-peripherals.ts'
import type { FormerJournals, Uplink } from './uplink/uplink.ts'

/** What the till page's own scans come from: a scanner in keyboard mode types into it. */
const KEYBOARD = PeripheralName.parse('keyboard')

/** Says to all who listen what of the till page has to be read again. */
export interface TillChanges {
  tell(what: TillChange): void
  /** Returns what ends it. */
  listen(listener: (what: TillChange) => void): () => void
}

export function tillChanges(): TillChanges {
  const listeners = new Set<(what: TillChange) => void>()
  return {
    tell(what) {
      for (const listener of listeners) listener(what)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

interface TillPageParts {
  readonly config: AgentConfig
  readonly paths: ReturnType<typeof agentPaths>
  readonly device: DeviceFile
  /** The folder in which the desktop app of this till finds the way in; null: none is told. */
  readonly desk: string | null
  /** The folder of the built till page. */
  readonly pages: string
  readonly journal: AgentJournal
  readonly uplink: Pick<Uplink, 'state' | 'ask'>
  readonly peripherals: TillPeripherals
  readonly pos: PosWork
  readonly staff: StaffDoor
  readonly openedPages: KeptPages
  readonly changes: TillChanges
  /** Head office's settings that it runs with; null: its own alone. */
  inUse(): { readonly runs: string; readonly since: number | null; readonly isOnTrial: boolean } | null
  /** Why it does not run with its agent.json as that is now; null: it does. */
  settingsProblem(): string | null
  /** That a changed agent.json is not in use yet; null: none waits. */
  settingsWaiting(): string | null
  /** That a changed agent.json is in use and on trial, and what it has not shown; null: none is. */
  settingsTrial(): string | null
  /** Called with the version of a desktop app on this till. */
  desktopSeen(version: string): void
  /** Records of other stores that are kept here. */
  kept: FormerJournals['kept']
  /** When the journal was last found damaged; null: not lately. */
  damagedLately(): number | null
}

/** Serves the till page, and keeps the link that opens it. @param building ends it with the agent */
export async function startTillPage(
  building: AsyncDisposableStack,
  parts: TillPageParts,
  world: World,
): Promise<{ readonly url: string }> {
  const { config, paths, peripherals, journal } = parts
  const isHidden = customersHidden(parts, world)
  const store = journal.parts.store
  const place = () => placeOf(parts)
  const pickups = openPickups(journal.parts.pickups, world.clock, {
    till: () => place().till,
    unread: journal.unreadPickups,
    isHidden,
    handOver: () => store()?.handOver ?? 'free',
    reminders: journal.parts.reminders,
  })
  const returns = openReturns({
    store: journal.parts.returns,
    clock: world.clock,
    till: () => place().till,
    rule: () => store()?.returns ?? 'none',
    ask: parts.uplink.ask,
    pickup: pickups.get,
    pickups: pickups.since,
  })
  const desk = parts.desk === null ? null : building.use(keepDeskDoor(world, parts.desk))
  const keepLink = (link: string) => {
    desk?.write(link)
    try {
      world.files.writePrivate(paths.link, `${link}\n`)
    } catch (error) {
      world.log.warn({ error }, 'the link of the till page could not be written')
    }
  }
  const server = building.use(
    await serveTill({
      world,
      port: config.till.port,
      linkCode: linkCodeOf(config, world),
      openedPages: parts.openedPages,
      statusToken: posToken(world, paths.statusToken),
      deskToken: desk?.token ?? null,
      desktopSeen: parts.desktopSeen,
      onLink: keepLink,
      pages: parts.pages,
      pickups,
      returns,
      stock: openFreeStock({ store: journal.parts.freeStock, own: parts.device.store }),
      pos: { inlet: parts.pos.inlet, token: posToken(world, paths.posToken) },
      scanned: (text, page) => peripherals.observe(KEYBOARD, 'keyboard', text, page),
      onScan: peripherals.onScan,
      slips: peripherals.slips({ pickup: pickups.get, returned: returns.get, place, isHidden }),
      staff: parts.staff,
      state: () => stateOf(parts, isHidden()),
      onChange: parts.changes.listen,
    }),
  )
  keepLink(server.link())
  building.defer(() => world.files.remove(paths.link))
  return { url: server.url }
}

/** The store and till as the hub describes them, else as they were at enrolment. */
function placeOf({ journal, device }: TillPageParts) {
  const store = journal.parts.store()
  return {
    storeName: store?.name ?? device.storeName,
    till: store?.till ?? device.till,
    zone: store?.zone ?? device.zone,
  }
}

/** Whether this till was without contact for so long that it shows nothing of customers. */
function customersHidden({ uplink, journal, config }: TillPageParts, { clock }: Pick<World, 'clock'>) {
  const afterMs = config.pickups.hideCustomersAfterHours * 3_600_000
  return () =>
    uplink.state().link !== 'online' && hidesCustomers(journal.parts.contact.at(), clock.now(), afterMs)
}

function stateOf(parts: TillPageParts, isHidden: boolean) {
  const { config, device, journal, uplink, peripherals, pos } = parts
  return tillState({
    device,
    journal,
    link: uplink.state(),
    sources: pos.sources.states(),
    writeBacks: pos.writeBacks(),
    peripherals: peripherals.states(),
    kept: parts.kept(),
    prints: config.printing !== undefined,
    customersHiddenAfterHours: isHidden ? config.pickups.hideCustomersAfterHours : null,
    damagedAt: parts.damagedLately(),
    settings: parts.inUse(),
    settingsProblem: parts.settingsProblem(),
    settingsWaiting: parts.settingsWaiting(),
    settingsTrial: parts.settingsTrial(),
  })
}

function linkCodeOf(config: AgentConfig, world: Pick<World, 'files' | 'random'>): string {
  const given =
    config.till.codeFile === undefined ? '' : (world.files.readText(config.till.codeFile) ?? '').trim()
  return given.length >= 32 ? given : drawSecret(world.random)
}
