import { describeError } from '../shared/errors.ts'
import { epochMs, type SourceId } from '../shared/ids.ts'
import type { World } from '../shared/world.ts'
import { type AgentJournal, memoryOf } from './agent-journal.ts'
import type { AgentConfig } from './config.ts'
import type { DeviceFile } from './enrolment/device-file.ts'
import { type FormerDevice, formerStoreAt } from './handover/former-stores.ts'
import { startDueSightings } from './matching/due-sightings.ts'
import { isWitness, mayShare } from './source-names.ts'
import { isPassive } from './source-place.ts'
import { configured } from './sources/configured.ts'
import { openPosInlet, type PosInlet } from './sources/http/http-source.ts'
import { sourceKinds } from './sources/kinds.ts'
import { openReceiptSources, type ReceiptSources } from './sources/paper/receipt-sources.ts'
import { previewSource } from './sources/preview.ts'
import { sourceKindUnknown, sourceSettingsInvalid } from './sources/problems.ts'
import { type ReadAgain, readOnce } from './sources/read-by-another.ts'
import { type Sources, startSources } from './sources/runner.ts'
import type { SalesFiles } from './sources/sales-files/sales-files.ts'
import type { SourceMemory } from './sources/source.ts'
import type { DropFiles } from './write-back/drop-files.ts'
import { writeBackStates } from './write-back/states.ts'
import { startWriteBack } from './write-back/write-back.ts'

/** What the agent does with the store's POS: reads its sales, and writes into it what it must know. */
export interface PosWork {
  /** Where the POS's own calls go. */
  readonly inlet: PosInlet
  /** Where printed receipts go. */
  readonly receipts: ReceiptSources
  readonly sources: Pick<Sources, 'states'>
  /** The sources as the hub is told of them. */
  sourcesForHub(): SourceForHub[]
  /** Sources that are being read, and have been read whole once. */
  readSources(): SourceId[]
  /** Sources from which something came since this start. */
  toldSources(): readonly string[]
  writeBacks(): ReturnType<typeof writeBackStates>
  /** There is something new to write into the POS. */
  wakeWriteBack(): void
  /** What is wrong in the settings of a source, which stays so until the agent starts with others; null: nothing. */
  wrongSettings(): string | null
  /** These sources' settings have no mistake that can be seen without opening them. */
  canUse(sources: AgentConfig['sources']): boolean
  /** Whether a source that is not in use can be read; null: only its being in use could show it. */
  wouldRead(source: AgentConfig['sources'][number]): Promise<boolean | null>
}

interface PosWorkParts {
  readonly config: AgentConfig
  readonly journal: AgentJournal
  readonly device: DeviceFile
  /** The devices that this PC was before. */
  readonly before: readonly FormerDevice[]
  readonly salesFiles: SalesFiles
  readonly dropFiles: DropFiles
  /** Called when a source, or what is written into the POS, is in another state. */
  changed(): void
}

/** Starts reading the POS and writing into it. @param building stops both with the agent */
export function startPosWork(building: AsyncDisposableStack, parts: PosWorkParts, world: World): PosWork {
  const { config, journal, changed } = parts
  const told = new Set<string>()
  const memoryFor = noting(onceFor(parts, memoryOf(journal, formerStoreAt(parts.before, parts.device))), told)
  const { inlet, kind: http } = openPosInlet()
  const capturedFor = journal.parts.captured.of
  const receipts = openReceiptSources(config.sources, { ...world, memoryFor, capturedFor })
  const kinds = sourceKinds({ salesFiles: parts.salesFiles, http, receipts: receipts.kind })
  const sources = building.use(startSources(config.sources, { world, memoryFor, onState: changed, kinds }))
  const readUntil = (source: SourceId) =>
    sources.states().find(each => each.source === source)?.readUntil ?? null
  building.use(
    startDueSightings({ world, reportMissing: () => journal.parts.matching.reportMissing(readUntil) }),
  )
  const writeBack = building.use(startWriting(parts, world))
  return {
    inlet,
    receipts,
    sources,
    sourcesForHub: () => sources.states().map(forHub),
    readSources: () =>
      sources
        .states()
        .flatMap(({ source, state, readUntil: until }) =>
          state === 'reading' && until !== null ? [source] : [],
        ),
    toldSources: () => [...told],
    wrongSettings: () =>
      sources.states().find(({ code }) => code !== null && wrongForGood.has(code))?.problem ?? null,
    canUse: others => others.every(one => isUsable(one, kinds)),
    async wouldRead(one) {
      if (isPassive(one)) return null
      try {
        for await (const _ of previewSource(one, world, kinds)) break
        return true
      } catch (error) {
        world.log.debug(
          { source: one.source, ...describeError(error) },
          'with other settings it can’t be read',
        )
        return false
      }
    },
    writeBacks: () => writeBackStates(writeBack.states(), journal.parts.writeBacks.waiting()),
    wakeWriteBack: writeBack.wake,
  }
}

/** What is brought to a source comes once; what it reads may be what another name stood for. */
function onceFor(
  { config, journal }: Pick<PosWorkParts, 'config' | 'journal'>,
  memoryFor: (source: string) => SourceMemory,
): typeof memoryFor {
  const { sources } = journal.parts
  const others = (one: AgentConfig['sources'][number]) => {
    const shares = mayShare(one, config.sources)
    return sources
      .names()
      .filter(name => !shares.has(name))
      .map(name => ({
        source: name,
        isInUse: config.sources.some(({ source }) => source === name),
        memory: { known: (keys: readonly string[]) => sources.known(name, keys) },
      }))
  }
  const found = new Map<string, { one: AgentConfig['sources'][number]; again: ReadAgain }>(
    config.sources.map(one => [one.source, { one, again: { refusal: null } }] as const),
  )
  return source => {
    const { one, again } = found.get(source) ?? {}
    const memory = memoryFor(source)
    if (one === undefined || again === undefined || isPassive(one)) return memory
    if (isWitness(one, config.sources)) return memory // nothing of it is counted
    return readOnce(source, memory, () => others(one), again)
  }
}

/** Notes which sources something came from, when it is durable. */
function noting(memoryFor: (source: string) => SourceMemory, told: Set<string>): typeof memoryFor {
  return source => {
    const memory = memoryFor(source)
    return {
      ...memory,
      async commit(reading) {
        await memory.commit(reading)
        if (reading.events.length + reading.known.length > 0) told.add(source)
      },
    }
  }
}

function isUsable(one: AgentConfig['sources'][number], kinds: Parameters<typeof configured>[1]): boolean {
  try {
    configured(one, kinds)
    return true
  } catch (error) {
    if (sourceKindUnknown.is(error) || sourceSettingsInvalid.is(error)) return false
    throw error
  }
}

const wrongForGood: ReadonlySet<string> = new Set([sourceKindUnknown.code, sourceSettingsInvalid.code])

function startWriting({ config, journal, device, dropFiles, changed }: PosWorkParts, world: World) {
  const { clock, log, files } = world
  return startWriteBack(config.writeBack, {
    world,
    outbox: journal.parts.writeBacks,
    partsFor: target => ({
      target,
      device: device.device,
      clock,
      log,
      readText: files.readText,
      openDatabase: file =>
        files.identity(file) === null ? null : files.database(file, { readOnly: false }),
      dropFiles,
    }),
    onState: changed,
  })
}

type SourceForHub = ReturnType<typeof forHub>

function forHub(one: ReturnType<Sources['states']>[number]) {
  const { source, state, problem, code, readUntil, unavailableSince } = one
  return {
    source,
    state,
    problem,
    code,
    readUntil: readUntil === null ? null : epochMs(readUntil),
    unavailableSince: unavailableSince === null ? null : epochMs(unavailableSince),
  }
}
