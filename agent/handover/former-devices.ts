import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import { DeviceId } from '../../shared/ids.ts'
import type { Status } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile, Identity } from '../enrolment/device-file.ts'
import { type Journal, openJournal } from '../journal/journal.ts'
import { dropCarried, formerPath, keptAsidePath, keptOwners } from '../journal/other-store.ts'
import { startUplink } from '../uplink/uplink.ts'

/** What is kept of another store: told to the hub and shown at the till until it has been handed over. */
export type KeptOfStore = NonNullable<Status['kept']>[number]

export interface FormerDevices extends Disposable {
  kept(): readonly KeptOfStore[]
  /** The devices that this PC was before and whose journals are here. */
  journals(): readonly DeviceId[]
  /**
   * The hub was put back to an older state: it may lack what it had of them. Offers it, oldest first, as the devices
   * that they were; resolves when the hub has had its say about each, or does not for long.
   */
  offer(): Promise<void>
}

/** Why the hub no longer takes a former device's records: it must not be asked again and again. */
const REFUSED = new Set(['DEVICE_REVOKED', 'DEVICE_QUARANTINED', 'DEVICE_UNKNOWN', 'HUB_IS_ANOTHER'])
/** Told to head office as well; trying again may help. */
const NAMED = new Set([...REFUSED, 'HUB_UNPROVEN', 'HUB_ADDRESS_UNSAFE'])
const JOURNAL_DAMAGED = 'JOURNAL_DAMAGED'
/** How long this till's own sales wait for a former device to hand over what a restored hub lacks. */
const OFFER_MS = 60_000

const isHome = (identity: Identity, device: DeviceFile) =>
  identity.store === device.store && identity.hub.id === device.hub.id

/** Whether a journal's owner was a device of this till's own store and hub. */
export function isHomeOf(
  device: DeviceFile,
  owner: { readonly device: string; readonly store: string | null; readonly hub?: string | null },
): boolean {
  const identity = device.former?.find(former => former.device === owner.device)
  if (identity !== undefined) return isHome(identity, device)
  return owner.store === device.store && (owner.hub ?? device.hub.id) === device.hub.id
}

interface Parts {
  readonly world: World
  readonly device: DeviceFile
  readonly path: string
  readonly version: string
  /** Whether this till's journal took in what that device had not sent; left out: it did not. */
  hasCarried?(device: string): boolean
  changed(): void
}

/**
 * Hands over what this PC still owes the stores where it was before, as the devices that it was there. When the hub has
 * all of it, that device is retired there. What the hub no longer takes is kept, and named until this PC is enrolled in
 * that store again.
 */
export function startFormerDevices(parts: Parts): FormerDevices {
  const { world, device, path } = parts
  const open = new Map<string, HandOver>()
  const damaged = new Map<string, KeptOfStore>()
  /** Null: its journal can't be used. That stops nothing else of this till, and head office is told. */
  const begin = (identity: Identity, file: string, isHere: boolean): HandOver | null => {
    const known = open.get(identity.device)
    if (known?.isOpen() === true) return known
    try {
      const begun = handOver(parts, identity, file, isHere)
      open.set(identity.device, begun)
      return begun
    } catch (error) {
      damaged.set(identity.device, nameDamaged(world, identity, file, error))
      return null
    }
  }
  const asideOf = (identity: Identity) => {
    const isHere = isHome(identity, device)
    const file = isHere ? formerPath(path, identity.device) : keptAsidePath(path, identity.device)
    return { identity, file, isHere }
  }
  const journals = () =>
    (device.former ?? [])
      .filter(identity => identity.hub.id === device.hub.id)
      .map(asideOf)
      .filter(({ file }) => world.files.sizeOf(file) !== null)
  for (const { identity, file, isHere } of (device.former ?? []).map(asideOf))
    if (!isHere && world.files.sizeOf(file) !== null) begin(identity, file, isHere)
    else if (isHere && world.files.sizeOf(keptAsidePath(path, identity.device)) !== null)
      damaged.set(identity.device, damagedOf(identity)) // it could not be brought home
  const keyless = keptWithoutKey(parts)
  return {
    kept: () =>
      [...damaged.values(), ...keyless, ...[...open.values()].flatMap(one => one.kept() ?? [])].slice(0, 10),
    journals: () => journals().map(({ identity }) => identity.device),
    async offer() {
      for (const { identity, file, isHere } of journals()) {
        const begun = begin(identity, file, isHere)
        if (begun !== null) await endOrLong(world, begun.ended)
      }
    },
    [Symbol.dispose]() {
      for (const one of open.values()) one[Symbol.dispose]()
    },
  }
}

/** Journals of other stores whose devices this PC can't be any more: its device file was lost. They are named. */
function keptWithoutKey({ world, device, path }: Parts): readonly KeptOfStore[] {
  const identities = [device, ...(device.former ?? [])]
  return keptOwners(world, path).flatMap(owner => {
    const file = keptAsidePath(path, owner.device)
    const known = DeviceId.safeParse(owner.device).data
    const isKnown = identities.some(identity => identity.device === owner.device)
    if (known === undefined || isKnown || world.files.sizeOf(file) === null) return []
    world.log.error(
      { ...owner, file },
      'this journal of another store is kept, and the key of its device is lost',
    )
    const identity = { device: known, store: owner.store ?? 'unknown' }
    try {
      const { events, sales } = unsentIn(world, file)
      const receipts = unreadReceipts(world, file)
      return events + receipts === 0 ? [] : [{ ...identity, events, sales, receipts, refused: KEY_LOST }]
    } catch (error) {
      return [nameDamaged(world, identity, file, error)]
    }
  })
}

const damagedOf = ({ device, store }: Pick<Identity, 'device' | 'store'>): KeptOfStore => ({
  device,
  store,
  events: 0,
  sales: 0,
  receipts: 0,
  refused: JOURNAL_DAMAGED,
})

function nameDamaged(
  { log }: Pick<World, 'log'>,
  identity: Pick<Identity, 'device' | 'store'>,
  file: string,
  error: unknown,
): KeptOfStore {
  const { code, sentence } = describeError(error)
  log.error({ former: identity.device, file, code }, `a former device's journal can't be used: ${sentence}`)
  return damagedOf(identity)
}
const KEY_LOST = 'KEY_LOST'

const Unsent = z.object({ events: z.int(), sales: z.int() })

function unsentIn(world: Pick<World, 'files'>, path: string): z.infer<typeof Unsent> {
  const db = openDurable(world.files, path)
  try {
    return Unsent.parse(
      db
        .prepare(
          `SELECT COUNT(*) AS events, COUNT(*) FILTER (WHERE kind = 'sale.completed') AS sales FROM outbox
            WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')`,
        )
        .get(),
    )
  } finally {
    db.close()
  }
}

function endOrLong({ timers }: Pick<World, 'timers'>, ended: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const cancel = timers.after(OFFER_MS, resolve)
    void ended.then(() => {
      cancel()
      resolve()
    })
  })
}

interface HandOver extends Disposable {
  /** Null: nothing of another store is kept any more. */
  kept(): KeptOfStore | null
  isOpen(): boolean
  readonly ended: Promise<void>
}

/** @param isHere it was a device of this till's own store, whose unsent records are in this till's journal */
function handOver(
  { world, device, version, hasCarried, changed }: Parts,
  identity: Identity,
  file: string,
  isHere: boolean,
): HandOver {
  if (isHere && hasCarried?.(identity.device) === true) dropCarried(world.files, file)
  let isDamaged = false
  const journal = openJournal({
    path: file,
    device: identity.device,
    world,
    parts: {},
    failed(error) {
      world.log.error({ code: error.code, aside: file }, error.message)
      isDamaged = true
      world.timers.soon(() => {
        close()
        changed()
      })
    },
  })
  const uplink = startUplink({
    world,
    device: identity,
    version,
    journal,
    leavingTo: device.store,
    sources: () => [],
    writeBacks: () => [],
  })
  const receipts = isHere ? 0 : unreadReceipts(world, file)
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let isOpen = true
  function close(): void {
    if (!isOpen) return
    isOpen = false
    uplink[Symbol.dispose]()
    journal[Symbol.dispose]()
    world.files.remove(`${file}.ballast`)
    end()
  }
  let kept = keptOf(identity, journal, receipts, null)
  uplink.onChange(() => {
    if (!isOpen) return
    const code = uplink.state().problem?.code ?? null
    kept = keptOf(identity, journal, receipts, code)
    if (code !== null && REFUSED.has(code)) {
      if (kept.events === 0)
        world.log.info({ former: identity.device }, 'all records of the former device were handed over')
      world.timers.soon(close)
    }
    changed()
  })
  return {
    ended,
    isOpen: () => isOpen,
    kept() {
      if (isDamaged) return { ...kept, refused: JOURNAL_DAMAGED }
      // what this till's own journal took in is not kept for another store
      if (isHere) return kept.refused !== null && !REFUSED.has(kept.refused) ? kept : null
      if (isOpen) kept = keptOf(identity, journal, receipts, uplink.state().problem?.code ?? null)
      return kept.events + kept.receipts === 0 ? null : kept
    },
    [Symbol.dispose]: close,
  }
}

function keptOf(
  { device, store }: Identity,
  journal: Journal,
  receipts: number,
  code: string | null,
): KeptOfStore {
  const { events, sales } = journal.unsent()
  return { device, store, events, sales, receipts, refused: code !== null && NAMED.has(code) ? code : null }
}

/** Printed receipts that no template has read yet: they belong to that store as well. */
function unreadReceipts(world: Pick<World, 'files'>, path: string): number {
  const db = openDurable(world.files, path)
  try {
    const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'captured_receipt'").get()
    if (table === undefined) return 0
    return z
      .int()
      .parse(db.prepare("SELECT COUNT(*) FROM captured_receipt WHERE state = 'new'").pluck().get())
  } finally {
    db.close()
  }
}
