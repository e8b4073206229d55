import { EpochMs } from '../../shared/ids.ts'
import type { RemoteReport } from '../../shared/protocol.ts'
import { TAKES_NONE, versionsNamed } from '../../shared/settings-name.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { freshPlan } from '../releases/fresh-plan.ts'
import { judgeRollOut } from '../releases/gate.ts'
import type { Signals } from '../signals.ts'
import { sendToDevice } from '../streams/command-log.ts'
import {
  chooseSettings,
  isNarrow,
  NONE,
  type SettingsOutcome,
  together,
  type WantedSettings,
} from './choose.ts'
import {
  forgetUnproven,
  type KeptSettings,
  listSettings,
  moveSettings,
  newestVersion,
  noteLostVersion,
  noteSettingsOutcome,
  noteSettingsReport,
  outcomesOf,
  settablePlaces,
  settingsTally,
} from './versions.ts'

const JUDGE_EVERY_MS = 60_000
/** A till that was told and says so of nothing is told again: its journal may have been put back. */
const TELL_AGAIN_MS = 10 * 60_000
/** A backup lacks fewer versions than this. A till that names one farther ahead is not believed: numbers would run out. */
const MOST_LOST = 1_000

export interface SettingsRollOut extends Disposable {
  /** A till says how it fares with its settings: notes it, and tells the till the settings that are for it. */
  reported(device: DeviceRow, report: RemoteReport, agent: string): Promise<void>
}

interface Plan {
  /** Those that were dropped as well. */
  readonly all: readonly KeptSettings[]
  readonly versions: readonly KeptSettings[]
  /** Of all; 0: none was ever set. */
  readonly newest: number
  /** With those that only a till knows of. */
  readonly newestSeen: number
  readonly places: Awaited<ReturnType<typeof settablePlaces>>
}

/** Tells the connected tills the settings that head office has set for them, ring by ring. */
export function startSettingsRollOut(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly db: Db
  readonly signals: Pick<Signals, 'say'>
  /** How long a version stays in a ring at least. */
  readonly soakMs: number
}): SettingsRollOut {
  const { world, db, signals } = parts
  const read = freshPlan(world, () => readPlan(db))
  /** What each device last said, as it is kept. */
  const reports = new Map<string, string>()
  const told = new Map<string, { readonly name: string; readonly at: number }>()
  let isClosed = false
  let cancel = world.timers.after(JUDGE_EVERY_MS, judgeAgain)

  function judgeAgain(): void {
    void judge()
      .catch((error: unknown) =>
        world.log.error({ error }, 'settings could not be judged; it is tried again'),
      )
      .then(() => {
        if (!isClosed) cancel = world.timers.after(JUDGE_EVERY_MS, judgeAgain)
      })
  }

  async function judge(): Promise<void> {
    for (const one of (await read()).versions.filter(({ state }) => state === 'offered'))
      if (await judgeSettings(db, one, { now: world.clock.now(), soakMs: parts.soakMs, log: world.log })) {
        read.forget()
        signals.say('now')
      }
  }

  async function keepReport({ device, store }: DeviceRow, report: RemoteReport): Promise<void> {
    const text = JSON.stringify(report)
    if (reports.get(device) === text) return
    await transaction(db, tx => noteSettingsReport(tx, device, report, world.clock.now()))
    reports.set(device, text)
    signals.say('now', store)
  }

  async function noteFared(
    { device, agent }: Reporting,
    report: RemoteReport,
    plan: Plan,
  ): Promise<readonly SettingsOutcome[]> {
    const before = await outcomesOf(db, device)
    const found = fared(report, plan, before, agent)
    if (found.length === 0) return before
    await transaction(db, async tx => {
      for (const one of found) await noteSettingsOutcome(tx, { device, agent, ...one }, world.clock.now())
    })
    await judge()
    return outcomesOf(db, device)
  }

  async function tell(
    { device, store, agent }: Reporting,
    { name, settings, versions }: Told,
  ): Promise<void> {
    const now = world.clock.now()
    told.set(device, { name, at: world.clock.monotonicMs() })
    try {
      await transaction(db, async tx => {
        const before = await outcomesOf(tx, device)
        for (const { version, attempt } of versions)
          if (!before.some(one => one.version === version && one.outcome === 'healthy'))
            await noteSettingsOutcome(
              tx,
              { version, device, attempt, outcome: 'offered', why: null, agent },
              now,
            )
        const at = EpochMs.parse(now)
        await sendToDevice(tx, device, { kind: 'settings.put', at, name, settings: { ...settings } })
      })
    } catch (error) {
      told.delete(device)
      throw error
    }
    signals.say('commands', store)
  }

  return {
    async reported(device, report, agent) {
      await keepReport(device, report)
      const plan = await read()
      const lost = Math.max(0, ...versionsNamed(report.told).map(({ version }) => version))
      if (lost > plan.newest && lost <= plan.newest + MOST_LOST) {
        if (lost > plan.newestSeen) {
          await transaction(db, tx => noteLostVersion(tx, lost))
          read.forget()
        }
        return // the hub was put back: the till keeps what it has
      }
      if (plan.versions.length === 0 && report.told === '' && report.runs === '') return
      if (report.state === 'refused' && report.code === TAKES_NONE) {
        if ((await outcomesOf(db, device.device)).some(({ outcome }) => outcome !== 'healthy'))
          await transaction(db, tx => forgetUnproven(tx, device.device))
        return
      }
      const outcomes = await noteFared({ ...device, agent }, report, plan)
      const { versions, places } = await read()
      const wanted = named(chooseSettings(places.till({ ...device, agent }), versions, outcomes), report)
      if (wanted.name === report.told) return
      const last = told.get(device.device)
      if (last?.name === wanted.name && world.clock.monotonicMs() - last.at < TELL_AGAIN_MS) return
      await tell({ ...device, agent }, wanted)
    },
    [Symbol.dispose]() {
      isClosed = true
      cancel()
    },
  }
}

type Reporting = Pick<DeviceRow, 'device' | 'store'> & { readonly agent: string }
type Told = Pick<WantedSettings, 'name' | 'settings' | 'versions'>

const isOf = (
  one: Pick<SettingsOutcome, 'version' | 'attempt'>,
  other: Pick<SettingsOutcome, 'version' | 'attempt'>,
) => one.version === other.version && one.attempt === other.attempt

/** A till that never had any is told none; one that was told some, or runs some, is told that none are left. */
function named(wanted: WantedSettings, { told, runs }: RemoteReport): Told {
  return wanted.name === '' && (told !== '' || runs !== '') ? { ...wanted, name: NONE } : wanted
}

async function readPlan(db: Db): Promise<Plan> {
  const all = await listSettings(db)
  const versions = all.filter(({ state }) => state !== 'dropped')
  const newest = all[0]?.version ?? 0
  return { all, versions, newest, newestSeen: await newestVersion(db), places: await settablePlaces(db) }
}

/**
 * What a till's report says of the versions that it was told: they have proven themselves, or it could not keep them. Of several that
 * failed together and have not worked here before, which one is at fault is not known yet.
 */
function fared(
  { told, runs, state, code, sentence }: RemoteReport,
  { all, versions }: Pick<Plan, 'all' | 'versions'>,
  before: readonly SettingsOutcome[],
  agent: string,
) {
  const isWell = state === 'running' && told === runs
  const isFailed = state === 'refused' || state === 'rolled-back'
  if (!isWell && !isFailed) return []
  const ours = toldHere(told, all).filter(told => versions.some(one => isOf(one, told)))
  const unproven = ours.filter(
    ({ version }) => !before.some(one => one.version === version && one.outcome === 'healthy'),
  )
  const failed = unproven.length > 1 ? ('offered' as const) : ('failed' as const)
  const outcome = isWell ? ('healthy' as const) : failed
  const why = isWell ? null : (sentence ?? code ?? '')
  return (isWell ? ours : unproven).flatMap(({ version, attempt }) => {
    const noted = before.find(one => isOf(one, { version, attempt }))
    const isNoted = noted?.outcome === outcome && (isWell || (noted.agent === agent && noted.why !== null))
    return isNoted ? [] : [{ version, attempt, outcome, why }]
  })
}

/** The versions of a name that this hub gave; none where a lost hub gave the same numbers to other settings. */
function toldHere(told: string, all: readonly KeptSettings[]): readonly KeptSettings[] {
  const found = versionsNamed(told).flatMap(({ version, attempt }) =>
    all.filter(one => one.version === version).map(one => ({ ...one, attempt })),
  )
  return together(found).name === told ? found : []
}

/** @returns whether it was moved on or stopped */
async function judgeSettings(
  db: Db,
  { version, attempt, level, stage, stageSince }: KeptSettings,
  { now, soakMs, log }: { readonly now: number; readonly soakMs: number; readonly log: World['log'] },
): Promise<boolean> {
  return transaction(db, async tx => {
    // one till that fails says enough of settings for a store or a till
    const as = { stage: isNarrow(level) ? ('canary' as const) : stage, since: stageSince }
    const verdict = judgeRollOut(as, await settingsTally(tx, { version, attempt }), { now, soakMs })
    if (verdict.is === 'wait' || (verdict.is === 'advance' && isNarrow(level))) return false
    if (verdict.is === 'advance') await moveSettings(tx, version, { stage: verdict.to, stage_since: now })
    else {
      const reason = `${verdict.failed} of ${verdict.of} tills could not keep it`
      await moveSettings(tx, version, { state: 'stopped', reason })
    }
    log.warn({ version, verdict }, 'settings of the tills moved on, or were stopped')
    return true
  })
}
