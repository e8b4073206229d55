import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { Status } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile, Identity } from '../enrolment/device-file.ts'
import { type Journal, openJournal } from '../journal/journal.ts'
import { keptAsidePath } from '../journal/other-store.ts'
import { startUplink } from '../uplink/uplink.ts'

/** What is kept of another store: told to the hub and shown at the till until it has been handed over. */
export type KeptOfStore = NonNullable<Status['kept']>[number]

export interface FormerStores extends Disposable {
  kept(): readonly KeptOfStore[]
}

/** Why the hub no longer takes a former device's records: it must not be asked again and again. */
const REFUSED = new Set(['DEVICE_REVOKED', 'DEVICE_QUARANTINED', 'DEVICE_UNKNOWN', 'HUB_IS_ANOTHER'])

const isHome = (identity: Identity, device: DeviceFile) =>
  identity.store === device.store && identity.hub.id === device.hub.id

/** Whether a journal's owner was a device of this till's own store and hub. */
export function isHomeOf(
  device: DeviceFile,
  owner: { readonly device: string; readonly store: string | null },
): boolean {
  const identity = device.former?.find(former => former.device === owner.device)
  return identity === undefined ? owner.store === device.store : isHome(identity, device)
}

/**
 * Hands over what this PC still owes the stores where it was before, as the devices that it was there. When the hub has
 * all of it, that device is retired there. What the hub no longer takes is kept, and named until this PC is enrolled in
 * that store again.
 */
export function startFormerStores(parts: {
  world: World
  device: DeviceFile
  path: string
  version: string
  changed(): void
}): FormerStores {
  const { world, device, path } = parts
  const open = (device.former ?? [])
    .filter(identity => !isHome(identity, device))
    .filter(({ device: id }) => world.files.sizeOf(keptAsidePath(path, id)) !== null)
    .map(identity => handOver(parts, identity))
  return {
    kept: () => open.flatMap(one => one.kept() ?? []).slice(0, 10),
    [Symbol.dispose]() {
      for (const one of open) one[Symbol.dispose]()
    },
  }
}

function handOver(
  { world, device, path, version, changed }: Parameters<typeof startFormerStores>[0],
  identity: Identity,
) {
  const aside = keptAsidePath(path, identity.device)
  const journal = openJournal({
    path: aside,
    device: identity.device,
    world,
    parts: {},
    failed: error => world.log.error({ code: error.code, aside }, error.message),
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
  const receipts = unreadReceipts(world, aside)
  let isOpen = true
  function close(): void {
    if (!isOpen) return
    isOpen = false
    uplink[Symbol.dispose]()
    journal[Symbol.dispose]()
    world.files.remove(`${aside}.ballast`)
  }
  let kept = keptOf(identity, journal, receipts, null)
  uplink.onChange(() => {
    if (!isOpen) return
    const code = uplink.state().problem?.code ?? null
    kept = keptOf(identity, journal, receipts, code)
    if (code !== null && REFUSED.has(code)) {
      if (kept.events === 0)
        world.log.info({ former: identity.device }, 'all records of the former store were handed over')
      world.timers.soon(close)
    }
    changed()
  })
  return {
    kept: () => {
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
  return { device, store, events, sales, receipts, refused: code !== null && REFUSED.has(code) ? code : null }
}

/** Printed receipts that no template has read yet: they belong to that store as well. */
function unreadReceipts(world: World, path: string): number {
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

const Rows = z.array(z.object({ kind: z.string(), at: z.number(), body: z.string() }))
const OWED = /* sql */ `
  SELECT kind, at, body FROM outbox
   WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')
   ORDER BY position`

/** This PC is back in a store that it left: what was kept of that store goes into its journal. */
export async function bringHome(
  world: World,
  device: DeviceFile,
  path: string,
  journal: Journal,
): Promise<void> {
  for (const identity of device.former ?? []) {
    const aside = keptAsidePath(path, identity.device)
    if (!isHome(identity, device) || world.files.sizeOf(aside) === null) continue
    const db = openDurable(world.files, aside)
    const owed = Rows.parse(db.prepare(OWED).all())
    db.close()
    await journal.carry(owed)
    world.files.move(aside, `${path}.${identity.device}`)
    world.log.warn(
      { former: identity.device, owed: owed.length },
      'unsent records of this store were brought home',
    )
  }
}
