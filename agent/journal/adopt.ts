import { basename, dirname, join } from 'node:path'
import { openWithBallast } from '../../shared/ballast.ts'
import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import { carryInto } from './carry-into.ts'
import { isUnreadable } from './damage.ts'
import { openJournal } from './journal.ts'
import { keepAside } from './kept-copies.ts'
import { formerPath, type JournalOwner, markHandedOver, ownerIn, setOtherStoreAside } from './other-store.ts'
import type { OutboxRecord } from './outbox.ts'
import { owedRecords } from './owed-records.ts'
import type { JournalParts } from './part.ts'
import { salvagedEvent, salvageInto } from './salvage/salvage.ts'
import { readSalvagedNote, writeSalvagedNote } from './salvaged-note.ts'
import { migrateJournal } from './schema.ts'
import { forgetSuspicion, suspicionOf } from './suspicion.ts'

/** What is at the journal's path before an agent opens it. */
type Found =
  | { readonly kind: 'ours' }
  /** Left by the device that this till was enrolled as before; `owed`: what the hub has not had of it. */
  | { readonly kind: 'former'; readonly owner: JournalOwner; readonly owed: readonly OutboxRecord[] }
  | { readonly kind: 'damaged'; readonly why: string }

/**
 * Makes the file at `path` fit to be opened as this device's journal. A former device's journal hands what it still
 * owes to a new one and is set aside: sales would be read from the POS again anyway and count once, moves of pickups
 * are kept nowhere else. One that was written in another store is kept aside as it is. A damaged file is set aside
 * whole, and what can be read of it goes into a new one.
 * May be killed at any point: the next start goes on.
 * @param options.verify reads every page of the file first, after the disk has failed
 * @param options.epoch the newest one known outside the journal
 * @param options.isHome whether the journal of a former device belongs to this till's own store and hub
 * @param options.damaged why the file is known to be damaged; null: it is looked at
 */
export async function adoptJournal(
  world: World,
  options: {
    path: string
    device: string
    verify: boolean
    parts: JournalParts
    isHome(owner: JournalOwner): boolean
    epoch?: number
    damaged?: string | null
  },
): Promise<void> {
  const { path, device } = options
  const next = `${path}.next`
  finishExchange(world, path)
  if (world.files.sizeOf(path) === null) {
    world.files.move(next, path) // an earlier start was killed between its two renames
    return
  }
  const suspicion = suspicionOf(world, path)
  const verify = options.verify || suspicion !== null
  const why = options.damaged ?? (suspicion !== null && isUnreadable(suspicion) ? suspicion : null)
  const found: Found = why === null ? lookAt(world, path, device, verify) : { kind: 'damaged', why }
  if (found.kind === 'damaged') {
    salvageJournal(world, { ...options, why: found.why })
    forgetSuspicion(world, path)
    return adoptJournal(world, { ...options, verify: false, damaged: null }) // it may be a former device's
  }
  if (suspicion !== null) forgetSuspicion(world, path)
  if (found.kind === 'ours') return
  if (!options.isHome(found.owner)) return setOtherStoreAside(world, path, found.owner)
  world.files.removeDatabase(next)
  await carryInto(world, { path: next, device }, found.owed, found.owner.device)
  keepAside(world, path, formerPath(path, found.owner.device))
  world.files.move(next, path)
  world.log.warn(
    { former: found.owner.device, owed: found.owed.length },
    'the journal of this till’s former device was adopted',
  )
}

/** Takes what can be read into a new file, and puts that in the damaged one's place, which is kept. */
function salvageJournal(
  world: World,
  {
    path,
    device,
    parts,
    epoch = 1,
    why,
  }: {
    path: string
    device: string
    parts: JournalParts
    epoch?: number
    why: string
  },
): void {
  const { files, log } = world
  const next = `${path}.next`
  log.error({ why, path }, 'the journal is damaged: what can be read of it is taken into a new file')
  const salvage = salvageInto(world, { from: path, to: next, device, parts })
  const aside = asideOf(world, path)
  const event = salvagedEvent(salvage, { at: world.clock.now(), cause: why, file: basename(aside) })
  const journal = openJournal({
    path: next,
    device: salvage.device ?? device,
    world,
    parts,
    failed: error => log.error({ code: error.code }, error.message),
  })
  journal.takeOver(salvage, event, epoch)
  journal[Symbol.dispose]()
  files.remove(`${next}.ballast`) // it has its own under its final name
  writeSalvagedNote(files, path, { state: 'exchanging', event })
  finishExchange(world, path)
  log.error({ ...event, aside }, 'the journal was damaged; what could be read of it is in use again')
}

/** The damaged file aside, the new one into its place; also for an earlier start that was killed at it. */
function finishExchange({ files }: World, path: string): void {
  const note = readSalvagedNote(files, path)
  if (note?.state !== 'exchanging') return
  if (files.sizeOf(`${path}.next`) !== null) {
    files.move(path, join(dirname(path), note.event.file))
    files.move(`${path}.next`, path)
  }
  writeSalvagedNote(files, path, { ...note, state: 'done' })
}

/** A name that no file has yet. */
function asideOf({ files, clock }: World, path: string): string {
  const name = `${path}.damaged-${clock.now()}`
  for (let count = 1; ; count += 1) {
    const tried = count === 1 ? name : `${name}-${count}`
    if (['', '-wal', '-shm'].every(end => files.sizeOf(tried + end) === null)) return tried
  }
}

function lookAt(world: World, path: string, device: string, verify: boolean): Found {
  try {
    const db = openWithBallast(world, path)
    try {
      const checked = verify ? String(db.pragma('quick_check(1)', { simple: true })) : 'ok'
      if (checked !== 'ok') return { kind: 'damaged', why: 'SQLITE_CORRUPT' }
      migrateJournal(db, path)
      const owner = ownerIn(db)
      if (owner === null || owner.device === device) return { kind: 'ours' }
      markHandedOver(db)
      return { kind: 'former', owner, owed: owedRecords(db) }
    } finally {
      db.close()
    }
  } catch (error) {
    const why = sqliteCodeOf(error)
    if (isUnreadable(why) || UNREADABLE_PAGE.test(why)) return { kind: 'damaged', why }
    throw error
  }
}

/** The disk can't give a page back; it may still take others. */
const UNREADABLE_PAGE = /^SQLITE_IOERR_(READ|SHORT_READ|CORRUPTFS|DATA)$/
