import { join } from 'node:path'
import { defineError, describeError, type TillbridgeError } from '../shared/errors.ts'
import { epochMs, PeripheralName, type SourceId } from '../shared/ids.ts'
import type { World } from '../shared/world.ts'
import { type AgentJournal, adoptAgentJournal, memoryOf, tillChangesOf } from './agent-journal.ts'
import { type AgentConfig, agentPaths, witnessesOf } from './config.ts'
import { readDeviceFile } from './enrolment/device-file.ts'
import { keptHubPin } from './enrolment/hub-pin.ts'
import { keptEpoch } from './enrolment/kept-epoch.ts'
import { bringHome } from './handover/bring-home.ts'
import { isHomeOf, startFormerDevices } from './handover/former-devices.ts'
import { formerDevices, formerStoreAt } from './handover/former-stores.ts'
import { gatherCopies } from './handover/gather-copies.ts'
import { gatherRolledBack } from './handover/gather-rolled-back.ts'
import { inheritMemory } from './handover/inherit-memory.ts'
import { inheritWork } from './handover/inherit-work.ts'
import { readSalvagedNote } from './journal/salvaged-note.ts'
import { startWiping } from './journal/wiping.ts'
import { startDueSightings } from './matching/due-sightings.ts'
import type { LaunchHost } from './peripherals/host/host-link.ts'
import type { SpoolParts } from './peripherals/host/supervisor.ts'
import { openSpoolKeys } from './peripherals/spool/spool-keys.ts'
import { hidesCustomers } from './pickups/last-contact.ts'
import { openPickups } from './pickups/pickups.ts'
import { openPosInlet } from './sources/http/http-source.ts'
import { sourceKinds } from './sources/kinds.ts'
import { openReceiptSources, RECEIPTS } from './sources/paper/receipt-sources.ts'
import { startSources } from './sources/runner.ts'
import type { SalesFiles } from './sources/sales-files/sales-files.ts'
import { keepDeskDoor } from './till/desk-door.ts'
import { keptPages } from './till/kept-pages.ts'
import type { TillChange } from './till/parts.ts'
import { posToken } from './till/pos-api.ts'
import { drawSecret } from './till/secrets.ts'
import { serveTill } from './till/server.ts'
import { tillState } from './till/till-state.ts'
import { startTillPeripherals } from './till-peripherals.ts'
import { startUpdates, type UpdateHost, type Updates } from './updates/updates.ts'
import { startUplink } from './uplink/uplink.ts'
import type { DropFiles } from './write-back/drop-files.ts'
import { writeBackStates } from './write-back/states.ts'
import { startWriteBack, writeBackRules } from './write-back/write-back.ts'

export const notEnrolled = defineError(
  'NOT_ENROLLED',
  (f: { folder: string }) =>
    `This till is not enrolled yet (${f.folder}). Ask head office for a code, then run: tillbridge-agent enrol --hub URL.`,
)

/** What the till page's own scans come from: a scanner in keyboard mode types into it. */
const KEYBOARD = PeripheralName.parse('keyboard')

export interface Agent extends AsyncDisposable {
  readonly till: { readonly url: string }
}

/**
 * Composes the agent: journal, sources, uplink, till.
 * @param failed called when the journal can't be trusted any more; the caller disposes the agent and starts a new one
 * @throws NOT_ENROLLED, and what its parts throw; a failed start leaves nothing open
 */
export async function startAgent(
  options: {
    folder: string
    config: AgentConfig
    version: string
    pages: string
    /** Folders of sales files. */
    salesFiles: SalesFiles
    /** Where orders are dropped as files for a POS that takes them so. */
    dropFiles: DropFiles
    /** Starts the device host: a child process, or Electron's utility process. */
    launchHost: LaunchHost
    /** The folder in which the desktop app of this till finds the way in; null: none is told. */
    desk: string | null
    /** How it takes part in updates; left out: it does not. */
    updates?: UpdateHost | null
    /** Reads the whole journal first: its disk has failed before. */
    verify: boolean
    failed(error: TillbridgeError): void
  },
  world: World,
): Promise<Agent> {
  const { folder, config } = options
  const paths = agentPaths(folder)
  const device = readDeviceFile(world.files, paths.device)
  if (device === null) throw notEnrolled({ folder })
  const listeners = new Set<(what: TillChange) => void>()
  const changed = (what: TillChange) => {
    for (const listener of listeners) listener(what)
  }
  /** What head office sees of this till as well. */
  const stateChanged = () => {
    changed('state')
    uplink.tell()
  }

  await using building = new AsyncDisposableStack()
  const journal = building.use(
    await adoptAgentJournal({
      verify: options.verify,
      isHome: owner => isHomeOf(device, owner),
      epoch: device.epoch ?? 1,
      path: paths.journal,
      device: device.device,
      world,
      witnesses: witnessesOf(config),
      writeBacks: writeBackRules(config.writeBack),
      failed: options.failed,
    }),
  )
  await bringHome(world, device, paths.journal, journal)
  await gatherCopies(world, device, paths.journal, journal)
  await gatherRolledBack(world, paths.journal, journal)
  const before = formerDevices(world, device, paths.journal)
  await inheritWork(world, journal, { former: before, store: device.store, path: paths.journal })
  await inheritMemory(world, journal.parts.sources, {
    former: before,
    store: device.store,
    path: paths.journal,
    sources: config.sources,
  })
  const salvaged = readSalvagedNote(world.files, paths.journal)?.event.at ?? null
  const damagedLately = () =>
    salvaged !== null && world.clock.now() - salvaged < DAMAGE_SHOWN_MS ? salvaged : null
  const { store, writeBacks, captured, contact, home } = journal.parts
  home.note(device.hub.id)
  const hideAfterMs = config.pickups.hideCustomersAfterHours * 3_600_000
  const memoryFor = memoryOf(journal, formerStoreAt(before, device))
  const pos = openPosInlet()
  const receipts = openReceiptSources(config.sources, {
    ...world,
    memoryFor,
    capturedFor: captured.of,
  })
  const sources = building.use(
    startSources(config.sources, {
      world,
      memoryFor,
      onState: stateChanged,
      kinds: sourceKinds({ salesFiles: options.salesFiles, http: pos.kind, receipts: receipts.kind }),
    }),
  )
  const readUntil = (source: SourceId) =>
    sources.states().find(each => each.source === source)?.readUntil ?? null
  building.use(
    startDueSightings({ world, reportMissing: () => journal.parts.matching.reportMissing(readUntil) }),
  )
  const writeBack = building.use(
    startWriteBack(config.writeBack, {
      world,
      outbox: writeBacks,
      partsFor: target => ({
        target,
        device: device.device,
        clock: world.clock,
        log: world.log,
        readText: world.files.readText,
        openDatabase: file =>
          world.files.identity(file) === null ? null : world.files.database(file, { readOnly: false }),
        dropFiles: options.dropFiles,
      }),
      onState: stateChanged,
    }),
  )
  const tillName = () => store()?.till ?? device.till
  const peripherals = building.use(
    startTillPeripherals({
      world,
      config,
      journal,
      receipts,
      spool: printSpool(config, agentPaths(folder), world, device.store),
      launch: options.launchHost,
      changed: () => changed('state'),
    }),
  )
  const former = building.use(
    startFormerDevices({
      world,
      device,
      path: paths.journal,
      version: options.version,
      hasCarried: journal.hasCarried,
      changed: stateChanged,
    }),
  )
  const openedPages = keptPages(world, paths.pages)
  const wiping = building.use(
    startWiping({
      world,
      path: paths.journal,
      device: device.device,
      wipe() {
        openedPages.clear()
        return journal.wipe()
      },
    }),
  )
  const recorded = lastRecorded(world, journal)
  const updates: Updates = building.use(
    startUpdates({
      world,
      folder,
      journal: paths.journal,
      hubUrl: device.hub.url,
      version: options.version,
      host: config.updates.install ? (options.updates ?? null) : null,
      confirmMs: config.updates.confirmMinutes * 60_000,
      quietMs: config.updates.quietMinutes * 60_000,
      well: {
        isOnline: () => uplink.state().link === 'online',
        readSources: () =>
          sources
            .states()
            .flatMap(({ source, state, readUntil }) =>
              state === 'reading' && readUntil !== null ? [source] : [],
            ),
        lastRecordedMs: recorded,
        canWrite: () => !journal.refusesWrites(),
      },
      changed: () => uplink.tell(),
    }),
  )
  const uplink = building.use(
    startUplink({
      world,
      device,
      version: options.version,
      journal,
      epochs: keptEpoch(world, paths.device, device),
      pin: keptHubPin(world, paths.device, device),
      met: () => contact.note(world.clock.now()),
      revoked: wiping.revoked,
      former,
      running: updates.running,
      updateOffered: updates.offered,
      sources: () =>
        sources.states().map(({ source, state, problem, readUntil, unavailableSince }) => ({
          source,
          state,
          problem,
          readUntil: readUntil === null ? null : epochMs(readUntil),
          unavailableSince: unavailableSince === null ? null : epochMs(unavailableSince),
        })),
      writeBacks: () => writeBackStates(writeBack.states(), writeBacks.waiting()),
    }),
  )
  uplink.onChange(() => changed('state'))
  journal.onChange(what => {
    for (const change of tillChangesOf(what)) changed(change)
    if (!what.has('write-backs')) return
    uplink.tell()
    writeBack.wake()
  })
  const isHidden = () =>
    uplink.state().link !== 'online' && hidesCustomers(contact.at(), world.clock.now(), hideAfterMs)
  const pickups = openPickups(journal.parts.pickups, world.clock, {
    till: tillName,
    unread: journal.unreadPickups,
    isHidden,
    handOver: () => store()?.handOver ?? 'free',
  })

  const place = () => ({
    storeName: store()?.name ?? device.storeName,
    till: tillName(),
    zone: store()?.zone ?? device.zone,
  })
  const desk = options.desk === null ? null : building.use(keepDeskDoor(world, options.desk))
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
      openedPages,
      statusToken: posToken(world, paths.statusToken),
      deskToken: desk?.token ?? null,
      onLink: keepLink,
      pages: options.pages,
      pickups,
      pos: { inlet: pos.inlet, token: posToken(world, paths.posToken) },
      scanned: text => peripherals.observe(KEYBOARD, 'keyboard', text),
      onScan: peripherals.onScan,
      slips: peripherals.slips({ pickup: pickups.get, place, isHidden }),
      state: () =>
        tillState({
          device,
          journal,
          link: uplink.state(),
          sources: sources.states(),
          writeBacks: writeBackStates(writeBack.states(), writeBacks.waiting()),
          peripherals: peripherals.states(),
          kept: former.kept(),
          prints: config.printing !== undefined,
          customersHiddenAfterHours: isHidden() ? config.pickups.hideCustomersAfterHours : null,
          damagedAt: damagedLately(),
        }),
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    }),
  )
  keepLink(server.link())
  building.defer(() => world.files.remove(paths.link))
  const parts = building.move()
  return { till: { url: server.url }, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

/** When something was last recorded, on the monotonic clock. */
function lastRecorded(
  { clock }: Pick<World, 'clock'>,
  journal: Pick<AgentJournal, 'onChange'>,
): () => number {
  let at = Number.NEGATIVE_INFINITY
  journal.onChange(what => {
    if (what.has('stream')) at = clock.monotonicMs()
  })
  return () => at
}

/** How long the till page says that its journal was damaged. */
const DAMAGE_SHOWN_MS = 7 * 24 * 3_600_000

function linkCodeOf(config: AgentConfig, world: Pick<World, 'files' | 'random'>): string {
  const given =
    config.till.codeFile === undefined ? '' : (world.files.readText(config.till.codeFile) ?? '').trim()
  return given.length >= 32 ? given : drawSecret(world.random)
}

/**
 * Where this store's prints are kept until they are journalled; null when no source reads receipts, so that none are kept.
 * A PC that moves to another store leaves the former store's where they are.
 */
function printSpool(
  config: AgentConfig,
  paths: ReturnType<typeof agentPaths>,
  world: World,
  store: string,
): SpoolParts | null {
  if (!config.sources.some(({ kind }) => kind === RECEIPTS)) return null
  try {
    const { keys, forgetFormer } = openSpoolKeys(world, `${paths.printSpoolKey}-${store}`)
    return { settings: { folder: join(paths.printSpool, store), keys }, emptied: forgetFormer }
  } catch (error) {
    world.log.error(
      describeError(error),
      'prints are not kept on disk: the key of the print spool can’t be kept',
    )
    return null
  }
}
