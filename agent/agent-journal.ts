import { sqliteCodeOf } from '../shared/durable-sqlite.ts'
import type { TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { freeStockStore } from './free-stock/free-stock-store.ts'
import { adoptJournal } from './journal/adopt.ts'
import { pruneAside } from './journal/aside-journals.ts'
import type { Changed } from './journal/changes.ts'
import { isUnreadable } from './journal/damage.ts'
import { homeHub } from './journal/home-hub.ts'
import { type Journal, openJournal } from './journal/journal.ts'
import type { JournalOwner } from './journal/other-store.ts'
import type { ApisOf } from './journal/part.ts'
import { journalVersions } from './journal/schema.ts'
import { wipeOthers } from './journal/wipe-folder.ts'
import { matchingPart } from './matching/sightings.ts'
import type { Witness } from './matching/witness.ts'
import { lastContact } from './pickups/last-contact.ts'
import { pickupStore } from './pickups/pickup-store.ts'
import { reminderStore } from './pickups/reminder-store.ts'
import { printJobs } from './printing/print-jobs.ts'
import { toldSettings } from './remote-settings/told-settings.ts'
import { returnStore } from './returns/return-store.ts'
import { capturedReceipts } from './sources/paper/captured-receipts.ts'
import { printerMemories } from './sources/paper/printer-memories.ts'
import type { FormerStoreAt, SourceMemory } from './sources/source.ts'
import { sourceMemories } from './sources/source-memory.ts'
import { staffStore } from './staff/staff-store.ts'
import type { TillChange } from './till/parts.ts'
import { storeDescribed } from './till/store-described.ts'
import { type WriteBackRule, writeBacksPart } from './write-back/write-backs.ts'

/** Every feature's part of the journal. A new one is a file in its feature's folder and a line here. */
const partsOf = ({ witnesses = [], writeBacks = [] }: Rules) => ({
  sources: sourceMemories,
  captured: capturedReceipts,
  printers: printerMemories,
  matching: matchingPart(witnesses),
  pickups: pickupStore,
  reminders: reminderStore,
  returns: returnStore,
  freeStock: freeStockStore,
  contact: lastContact,
  home: homeHub,
  store: storeDescribed,
  staff: staffStore,
  settings: toldSettings,
  printing: printJobs,
  writeBacks: writeBacksPart(writeBacks),
})

/** The form of the journal that this program writes: a number that grows with each migration, its own or a part's. */
export function journalForm(): number {
  return Object.values(partsOf({})).reduce((sum, { migrations }) => sum + migrations.length, journalVersions)
}

interface Rules {
  /** Sources that only confirm what others hold. */
  readonly witnesses?: readonly Witness[]
  /** What is to be written into which POS. */
  readonly writeBacks?: readonly WriteBackRule[]
}

/** What the features keep in the journal. */
export type AgentParts = ApisOf<ReturnType<typeof partsOf>>
export type AgentJournal = Journal<AgentParts>

/**
 * Opens the journal with all parts of an agent.
 * @param options.failed called once when the file can't be trusted any more; the agent must close it and start again
 * @throws what opening the journal throws
 */
export function openAgentJournal(
  options: Rules & { path: string; device: string; world: World; failed(error: TillbridgeError): void },
): AgentJournal {
  return openJournal({ ...options, parts: partsOf(options) })
}

/**
 * Makes the file fit for this device and opens it. A file that turns out damaged while it is opened is salvaged too.
 * @param options.verify reads every page of the file first, after the disk has failed
 * @param options.epoch the newest one known outside the journal: an epoch that a salvage opens is above it
 * @throws what opening the journal throws
 */
export async function adoptAgentJournal(
  options: Parameters<typeof openAgentJournal>[0] & {
    verify: boolean
    isHome(owner: JournalOwner): boolean
    epoch?: number
  },
): Promise<AgentJournal> {
  const { world, path, device, verify, isHome, epoch = 1 } = options
  const open = () => wholeFolder(openAgentJournal(options), options)
  const adopted = { path, device, isHome, epoch, parts: partsOf(options) }
  await adoptJournal(world, { ...adopted, verify })
  try {
    return open()
  } catch (error) {
    const code = sqliteCodeOf(error)
    if (!isUnreadable(code)) throw error
    await adoptJournal(world, { ...adopted, verify: false, damaged: code })
    return open()
  }
}

const LOOK_ASIDE_MS = 3_600_000

/** The journal, whose wipe covers every other journal in its folder. Those set aside lose their customers after a time. */
function wholeFolder(
  journal: AgentJournal,
  { world, path }: Parameters<typeof openAgentJournal>[0],
): AgentJournal {
  const failed = (error: TillbridgeError) => world.log.error({ code: error.code }, error.message)
  const wipeAs = (file: string, device: string) => {
    using other = openAgentJournal({ path: file, device, world, failed })
    const isGone = other.wipe()
    world.files.remove(`${file}.ballast`)
    return isGone
  }
  let stop = world.timers.after(LOOK_ASIDE_MS, lookAside)
  function lookAside(): void {
    try {
      pruneAside(world, path, wipeAs)
    } catch (error) {
      world.log.warn({ error }, 'journals set aside could not be looked at; it is tried again in an hour')
    }
    stop = world.timers.after(LOOK_ASIDE_MS, lookAside)
  }
  return {
    ...journal,
    wipe() {
      const isGone = journal.wipe()
      return wipeOthers(world, path, wipeAs) && isGone
    },
    [Symbol.dispose](): void {
      stop()
      journal[Symbol.dispose]()
    },
  }
}

/** What the till page has to read again after a change of the journal. */
export function tillChangesOf(changed: Changed): TillChange[] {
  const isState = ['stream', 'store', 'write-backs'].some(topic => changed.has(topic))
  const isPickups = ['pickups', 'reminders', 'unread'].some(topic => changed.has(topic))
  return [
    ...(isState ? (['state'] as const) : []),
    ...(isPickups ? (['pickups'] as const) : []),
    ...(changed.has('free-stock') ? (['stock'] as const) : []),
    ...(['staff', 'store'].some(topic => changed.has(topic)) ? (['staff'] as const) : []),
    ...(changed.has('returns') ? (['returns'] as const) : []),
  ]
}

/** A source's memory, its sales compared with those of other sources before they are journalled. */
export function memoryOf(
  { parts }: AgentJournal,
  formerStoreAt: FormerStoreAt = () => null,
): (source: string) => SourceMemory {
  return source => parts.sources.of(source, parts.matching.absorb, formerStoreAt, parts.pickups.sold)
}
