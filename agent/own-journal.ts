import type { TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { type AgentJournal, adoptAgentJournal } from './agent-journal.ts'
import { type AgentConfig, witnessesOf } from './config.ts'
import type { DeviceFile } from './enrolment/device-file.ts'
import { bringHome } from './handover/bring-home.ts'
import { isHomeOf } from './handover/former-devices.ts'
import { type FormerDevice, formerDevices } from './handover/former-stores.ts'
import { gatherCopies } from './handover/gather-copies.ts'
import { gatherRolledBack } from './handover/gather-rolled-back.ts'
import { inheritMemory } from './handover/inherit-memory.ts'
import { inheritWork } from './handover/inherit-work.ts'
import { readSalvagedNote } from './journal/salvaged-note.ts'
import { writeBackRules } from './write-back/write-back.ts'

/** The journal of this till, whole. */
interface OwnJournal {
  readonly journal: AgentJournal
  /** The devices that this PC was before. */
  readonly before: readonly FormerDevice[]
  /** When the journal was last found damaged, agent's clock; null: not within a week. */
  readonly damagedLately: () => number | null
}

/** So long staff are told that the journal was damaged. */
const DAMAGE_SHOWN_MS = 7 * 24 * 3_600_000

/**
 * Opens this device's journal with all that belongs into it: records that lie in copies of it, and what this PC's former
 * devices left unfinished.
 * @param building closes the journal with the agent
 * @param of.verify reads the whole journal first: its disk has failed before
 * @param of.failed called when the journal can't be trusted any more
 * @throws what opening the journal throws
 */
export async function openOwnJournal(
  building: AsyncDisposableStack,
  of: {
    readonly path: string
    readonly device: DeviceFile
    readonly config: AgentConfig
    readonly verify: boolean
    failed(error: TillbridgeError): void
  },
  world: World,
): Promise<OwnJournal> {
  const { path, device, config } = of
  const journal = building.use(
    await adoptAgentJournal({
      verify: of.verify,
      isHome: owner => isHomeOf(device, owner),
      epoch: device.epoch ?? 1,
      path,
      device: device.device,
      world,
      witnesses: witnessesOf(config),
      writeBacks: writeBackRules(config.writeBack),
      failed: of.failed,
    }),
  )
  await bringHome(world, device, path, journal)
  await gatherCopies(world, device, path, journal)
  await gatherRolledBack(world, path, journal)
  const before = formerDevices(world, device, path)
  const place = { former: before, store: device.store, path }
  await inheritWork(world, journal, place)
  await inheritMemory(world, journal.parts.sources, { ...place, sources: config.sources })
  journal.parts.home.note(device.hub.id)
  const salvaged = readSalvagedNote(world.files, path)?.event.at ?? null
  const isLate = (at: number) => world.clock.now() - at >= DAMAGE_SHOWN_MS
  return { journal, before, damagedLately: () => (salvaged === null || isLate(salvaged) ? null : salvaged) }
}
