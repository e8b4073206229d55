import { join } from 'node:path'
import { defineError, describeError, type TillbridgeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { type AgentJournal, tillChangesOf } from './agent-journal.ts'
import { type AgentConfig, agentPaths } from './config.ts'
import { answerSupport, type SupportHost } from './doctor/answer-hub.ts'
import { followMachine, type MachineHost } from './doctor/machine-figures.ts'
import { wouldReachHub } from './doctor/would-reach-hub.ts'
import { readDeviceFile } from './enrolment/device-file.ts'
import { keptHubPin } from './enrolment/hub-pin.ts'
import { keptEpoch } from './enrolment/kept-epoch.ts'
import { keptServedBy } from './enrolment/served-by.ts'
import { type FollowedOwnSettings, followOwnSettings } from './follow-own-settings.ts'
import { followStock } from './free-stock/follow-stock.ts'
import { startFormerDevices } from './handover/former-devices.ts'
import { startWiping } from './journal/wiping.ts'
import { openOwnJournal } from './own-journal.ts'
import type { LaunchHost } from './peripherals/host/host-link.ts'
import type { SpoolParts } from './peripherals/host/supervisor.ts'
import { openSpoolKeys } from './peripherals/spool/spool-keys.ts'
import { followPosTables } from './pos-tables.ts'
import { startPosWork } from './pos-work.ts'
import { type FollowedSettings, followSettings } from './remote-settings/follow-settings.ts'
import { settingsOwner } from './remote-settings/settings-state.ts'
import { type SettingsStart, settingsBefore, settingsInUse } from './remote-settings/start-with-settings.ts'
import { RECEIPTS } from './sources/paper/receipt-sources.ts'
import type { SalesFiles } from './sources/sales-files/sales-files.ts'
import { keptPinRule } from './staff/kept-pin-rule.ts'
import { openStaffDoor } from './staff/staff-door.ts'
import { keptPages } from './till/kept-pages.ts'
import { startTillPage, tillChanges } from './till-page.ts'
import { startTillPeripherals } from './till-peripherals.ts'
import { startUpdates, type UpdateHost, type Updates } from './updates/updates.ts'
import { startUplink } from './uplink/uplink.ts'
import type { DropFiles } from './write-back/drop-files.ts'

export const notEnrolled = defineError(
  'NOT_ENROLLED',
  (f: { folder: string }) =>
    `This till is not enrolled yet (${f.folder}). Ask head office for a code, then run: tillbridge-agent enrol --hub URL.`,
)

export interface Agent extends AsyncDisposable {
  readonly till: { readonly url: string }
  /** What is wrong in the settings of its sources, so that one is not read at all; null: nothing. */
  readonly wrongSettings: string | null
}

/**
 * Composes the agent: journal, sources, uplink, till.
 * @param failed called when the journal can't be trusted any more; the caller disposes the agent and starts a new one
 * @throws NOT_ENROLLED, and what its parts throw; a failed start leaves nothing open
 */
export async function startAgent(
  options: {
    folder: string
    /** Its own settings with the hub's laid over them. */
    settings: SettingsStart
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
    /** How it examines its till when head office asks for it; left out: it can't. */
    support?: SupportHost | null
    /** What it says of its PC; left out: nothing. */
    machine?: MachineHost | null
    /** Reads the whole journal first: its disk has failed before. */
    verify: boolean
    failed(error: TillbridgeError): void
    /** Called when the agent is to start again with other settings; the caller disposes it and starts a new one. */
    restartWithSettings(): void
  },
  world: World,
): Promise<Agent> {
  const { folder, version } = options
  const { config } = options.settings
  const paths = agentPaths(folder)
  const device = readDeviceFile(world.files, paths.device)
  if (device === null) throw notEnrolled({ folder })
  const changes = tillChanges()
  /** Parts may be in another state before there is a line to say so: what is wrong in a source's settings is known at once. */
  let tellHub = () => {}
  /** What head office sees of this till as well. */
  const stateChanged = () => {
    changes.tell('state')
    tellHub()
  }

  await using building = new AsyncDisposableStack()
  const { verify, failed } = options
  const own = { path: paths.journal, device, config, verify, failed }
  const { journal, before, damagedLately } = await openOwnJournal(building, own, world)
  const pos = startPosWork(
    building,
    { ...options, config, journal, device, before, changed: stateChanged },
    world,
  )
  const pinRule = keptPinRule(world, paths.pinRule, { store: device.store, told: journal.parts.store })
  const staff = openStaffDoor({ world, store: journal.parts.staff, rule: pinRule })
  const peripherals = building.use(
    startTillPeripherals({
      world,
      config,
      journal,
      receipts: pos.receipts,
      spool: printSpool(config, paths, world, device.store),
      launch: options.launchHost,
      badge: staff.badge,
      changed: () => changes.tell('state'),
    }),
  )
  const former = building.use(
    startFormerDevices({
      world,
      device,
      path: paths.journal,
      version,
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
  const well = {
    isOnline: () => uplink.state().link === 'online',
    readSources: pos.readSources,
    lastRecordedMs: lastRecorded(world, journal),
    canWrite: () => !journal.refusesWrites(),
    toldSources: pos.toldSources,
  }
  const updates: Updates = building.use(
    startUpdates({
      world,
      folder,
      journal: paths.journal,
      hubUrl: device.hub.url,
      version,
      host: config.updates.install ? (options.updates ?? null) : null,
      confirmMs: config.updates.confirmMinutes * 60_000,
      quietMs: config.updates.quietMinutes * 60_000,
      well,
      isTryingSettings: () => settings.isOnTrial() || ownFile.isOnTrial(),
      changed: () => tellHub(),
    }),
  )
  const isTryingUpdate = () => updates.running().health === 'trial'
  const settings: FollowedSettings = building.use(
    followSettings({
      world,
      folder,
      owner: settingsOwner(device),
      version,
      start: options.settings,
      told: journal.parts.settings,
      well,
      isTryingUpdate: () => isTryingUpdate() || ownFile.isOnTrial(),
      ownFile: {
        problem: () => ownFile.problem(),
        isAnother: () => ownFile.isAnother(),
        waiting: () => ownFile.waiting(),
        trial: () => ownFile.trial(),
      },
      restart: options.restartWithSettings,
      changed: stateChanged,
    }),
  )
  const ownFile: FollowedOwnSettings = building.use(
    followOwnSettings({
      world,
      folder,
      own: options.settings.own,
      config,
      former: settingsBefore({ world, folder }, options.settings.own),
      well,
      probe: {
        reachesHub: other => wouldReachHub(world, folder, { other, inUse: config }),
        reads: pos.wouldRead,
      },
      isTrying: () => settings.isOnTrial() || isTryingUpdate(),
      isUsable: () => pos.wrongSettings() === null,
      isUsableAlone: ({ sources }) => pos.canUse(sources),
      wanted: () => settingsInUse({ world, folder }).config,
      restart: options.restartWithSettings,
      changed: stateChanged,
    }),
  )
  const support = building.use(
    answerSupport({
      world,
      folder,
      version,
      host: options.support ?? null,
      answer: frame => uplink.answerSupport(frame),
    }),
  )
  const machine = options.machine
    ? building.use(
        followMachine({
          world,
          host: options.machine,
          folder,
          hubUrl: device.hub.url,
          changed: () => tellHub(),
        }),
      )
    : null
  const tables = { world, folder, config, changed: () => tellHub() }
  const posTables = machine === null ? null : building.use(followPosTables(tables))
  const uplink = building.use(
    startUplink({
      world,
      device,
      version,
      journal,
      epochs: keptEpoch(world, paths.device, device),
      pin: keptHubPin(world, paths.device, device),
      servedBy: keptServedBy(world, paths.servedBy, device.hub.id),
      met: () => journal.parts.contact.note(world.clock.now()),
      revoked: wiping.revoked,
      former,
      running: updates.running,
      settings: settings.report,
      updateOffered: updates.offered,
      support: support.report,
      supportAsked: support.asked,
      ...(machine === null
        ? {}
        : { machine: () => ({ ...machine.report(), posTables: posTables?.changes() ?? [] }) }),
      wrongPins: staff.wrongTries,
      sources: pos.sourcesForHub,
      writeBacks: pos.writeBacks,
    }),
  )
  tellHub = () => uplink.tell()
  building.use(
    followStock({
      world,
      store: journal.parts.freeStock,
      isShown: () => journal.parts.store()?.stock === 'shown',
      ask: uplink.askStock,
    }),
  )
  uplink.onChange(() => {
    changes.tell('state')
    machine?.linked(uplink.state().link === 'online')
  })
  journal.onChange(what => {
    for (const change of tillChangesOf(what)) changes.tell(change)
    if (what.has('settings')) settings.told()
    if (!what.has('write-backs')) return
    uplink.tell()
    pos.wakeWriteBack()
  })
  const kept = former.kept
  const { desk, pages } = options
  const { inUse } = settings
  const page = {
    config,
    paths,
    device,
    desk,
    pages,
    journal,
    uplink,
    peripherals,
    pos,
    staff,
    openedPages,
    inUse,
    settingsProblem: ownFile.problem,
    settingsWaiting: ownFile.waiting,
    settingsTrial: ownFile.onTrial,
    desktopSeen: (version: string) => machine?.desktopSeen(version),
  }
  const { url } = await startTillPage(building, { ...page, kept, damagedLately, changes }, world)
  const parts = building.move()
  const wrongSettings = pos.wrongSettings()
  return { till: { url }, wrongSettings, [Symbol.asyncDispose]: () => parts.disposeAsync() }
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
