import { z } from 'zod'
import { certificateSeen, isCertificateEnding, isDiskLow } from '../../shared/machine-limits.ts'
import { isOtherSchema, schemaCodes } from '../checks/other-schema.ts'
import { saidByTill, saidSentence } from '../checks/words/said-by-till.ts'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { MOST_OFF_MS } from '../fleet/devices.ts'
import { machineReports } from '../fleet/till-machine.ts'
import { NONE } from '../remote-settings/choose.ts'
import { chosenFor } from '../remote-settings/preview.ts'
import { listSettings, settableTills, settingsReports } from '../remote-settings/versions.ts'

/** In what a till differs from what it should be, and since when; the worst kinds first. */
export const driftKinds = [
  'stopped',
  'silent',
  'reads-no-sales',
  'pos-schema',
  'unread',
  'own-settings-broken',
  'own-settings-unproven',
  'disk',
  'certificate',
  'exception',
  'clock',
  'settings-failed',
  'release-failed',
  'settings',
  'release',
  'pos-changed',
  'own-settings',
] as const

export interface TillFinding {
  readonly kind: (typeof driftKinds)[number]
  /** For people, one line. */
  readonly sentence: string
  /** Hub clock, or for a source the till's, ms; null: not known. */
  readonly since: number | null
  /** Good to know, and nothing is wrong. Left out: something is. */
  readonly isNotice?: true
}

export interface TillDrift {
  readonly device: string
  readonly store: string
  readonly till: string
  /** Of its agent; null: it has never been connected. */
  readonly version: string | null
  /** The release that it is offered and does not run yet; null: none. */
  readonly wantedVersion: string | null
  /** Null: its agent takes no settings from the hub, or has not said so yet. */
  readonly settings: string | null
  readonly wantedSettings: string
  /** Its clock minus the hub's when it was last connected, ms. */
  readonly clockOffsetMs: number | null
  /** Of the disk that holds its data, bytes; null: it has not said so. */
  readonly disk: { readonly free: number; readonly total: number } | null
  /** When the hub's certificate ends as this till sees it, ms since 1970; null: it sees none, or has not said so. */
  readonly certificateEnds: number | null
  /** The version of the desktop app that was seen there last; null: none was. */
  readonly desktop: string | null
  /** Hub clock, ms. */
  readonly lastSeenAt: number | null
  /** Worst first; empty: it is as it should be. */
  readonly findings: readonly TillFinding[]
}

const Sources = z.array(
  z.object({
    source: z.string(),
    state: z.string(),
    problem: z.string().nullable(),
    code: z.string().nullable().optional(),
    unavailableSince: z.number().nullable().optional(),
  }),
)

/** A till that has not been heard of for so long is not what was last heard of it. */
const SILENT_MS = 24 * 3_600_000

/** Every till that may connect or was stopped, with what is wrong; those with the worst first. @param now hub clock, ms */
export async function tillDrifts(db: Reads, now: number): Promise<TillDrift[]> {
  const devices = await db
    .selectFrom('device')
    .selectAll()
    .where('state', '<>', 'revoked')
    .orderBy('store')
    .orderBy('till')
    .execute()
  const known = {
    offers: await offers(db),
    problems: await openProblems(db),
    unread: await unreadSources(db),
    headings: await otherHeadings(db),
    failed: await failedSettings(db),
    reports: await settingsReports(db),
    brokenSince: await ownSettingsBrokenSince(db),
    wanted: await wantedSettings(db),
    machines: await machineReports(db),
  }
  const found = devices.map(device => driftOf(device, known, now))
  return found.toSorted((one, other) => rankOf(one) - rankOf(other))
}

/** The worst finding counts, then how many there are; a till with notices alone comes behind all with something wrong. */
function rankOf({ findings }: TillDrift): number {
  const [worst, ...others] = findings.filter(({ isNotice }) => isNotice !== true)
  if (worst === undefined) return driftKinds.length + (findings.length === 0 ? 1 : 0)
  return driftKinds.indexOf(worst.kind) - others.length / 100
}

interface Known {
  readonly offers: ReadonlyMap<string, Offer>
  readonly problems: ReadonlyMap<string, readonly Problem[]>
  readonly unread: ReadonlyMap<string, readonly TillFinding[]>
  readonly headings: ReadonlyMap<string, readonly TillFinding[]>
  readonly failed: ReadonlyMap<string, readonly TillFinding[]>
  readonly reports: ReadonlyMap<string, Schema['settings_report']>
  readonly brokenSince: ReadonlyMap<string, number>
  readonly wanted: ReadonlyMap<string, string>
  readonly machines: ReadonlyMap<string, Schema['device_machine']>
}

function driftOf(device: Schema['device'], known: Known, now: number): TillDrift {
  const offer = known.offers.get(device.device)
  const wantedVersion = offer === undefined || offer.version === device.version ? null : offer.version
  const report = known.reports.get(device.device)
  const machine = known.machines.get(device.device)
  const wantedSettings = known.wanted.get(device.device) ?? ''
  const certificate = certificateSeen(machine, device, now)
  const findings = [
    ...ofConnection(device, now),
    ...ofSources(device),
    ...(known.unread.get(device.device) ?? []),
    ...(known.headings.get(device.device) ?? []),
    ...(known.problems.get(device.device) ?? []).map(ofProblem),
    ...ofDisk(machine),
    ...ofCertificate(certificate, now),
    ...ofClock(device),
    ...(known.failed.get(device.device) ?? []),
    ...ofSettings(report, wantedSettings, now),
    ...ofOwnSettings(report, now),
    ...ofWaitingSettings(report),
    ...ofOwnTrial(report, now),
    ...ofPosTables(machine, now),
    ...ofBrokenSettings(report, known.brokenSince.get(device.device)),
    ...(wantedVersion === null || offer === undefined ? [] : [ofRelease(offer)]),
  ]
  const { store, till, version, clock_offset_ms, last_seen_at } = device
  return {
    device: device.device,
    store,
    till,
    version,
    wantedVersion,
    settings: report?.runs ?? null,
    wantedSettings,
    clockOffsetMs: clock_offset_ms,
    disk: diskOf(machine),
    certificateEnds: certificate?.ends ?? null,
    desktop: machine?.desktop ?? null,
    lastSeenAt: last_seen_at,
    findings: findings.toSorted(
      (one, other) => driftKinds.indexOf(one.kind) - driftKinds.indexOf(other.kind),
    ),
  }
}

function ofConnection({ state, state_reason, last_seen_at }: Schema['device'], now: number): TillFinding[] {
  if (state === 'quarantined')
    return [{ kind: 'stopped', sentence: `It was stopped: ${state_reason ?? ''}`, since: null }]
  if (last_seen_at === null)
    return [{ kind: 'silent', sentence: 'It has never been connected.', since: null }]
  if (now - last_seen_at < SILENT_MS) return []
  return [{ kind: 'silent', sentence: 'Nothing was heard of it for a day or longer.', since: last_seen_at }]
}

/**
 * Also a POS whose tables or files have changed: its source is not read since. What is kept of a device is its word when its connection
 * ended; of one that connected after that, exceptions say more, also when a killed hub noted no end of its connection.
 */
function ofSources({ sources_json, connected_at, disconnected_at }: Schema['device']): TillFinding[] {
  if ((connected_at ?? 0) > (disconnected_at ?? 0)) return []
  return Sources.parse(JSON.parse(sources_json))
    .filter(({ state }) => state === 'unavailable')
    .map(({ source, problem, code = null, unavailableSince = null }) =>
      unreadFinding({ source, problem, code, since: unavailableSince }),
    )
}

const ofProblem = ({ kind, first_seen }: Problem): TillFinding => ({
  kind: 'exception',
  sentence: `The exception ${kind} is open.`,
  since: first_seen,
})

function ofClock({ clock_offset_ms, clock_changed_at }: Schema['device']): TillFinding[] {
  if (clock_offset_ms === null || Math.abs(clock_offset_ms) <= MOST_OFF_MS) return []
  const minutes = Math.round(Math.abs(clock_offset_ms) / 60_000)
  const side = clock_offset_ms > 0 ? 'ahead' : 'behind'
  return [{ kind: 'clock', sentence: `Its clock is ${minutes} minutes ${side}.`, since: clock_changed_at }]
}

function diskOf(machine: Schema['device_machine'] | undefined): TillDrift['disk'] {
  if (machine === undefined || machine.disk_free === null || machine.disk_total === null) return null
  return { free: machine.disk_free, total: machine.disk_total }
}

function ofDisk(machine: Schema['device_machine'] | undefined): TillFinding[] {
  const disk = diskOf(machine)
  if (disk === null || !isDiskLow(disk.free)) return []
  const free = Math.floor(disk.free / 1_000_000)
  return [{ kind: 'disk', sentence: `Its disk has only ${free} MB free.`, since: null }]
}

const DAY_MS = 24 * 3_600_000

function ofCertificate(seen: ReturnType<typeof certificateSeen>, now: number): TillFinding[] {
  if (seen === null || !isCertificateEnding(seen, now)) return []
  const day = new Date(seen.ends).toISOString().slice(0, 10)
  const days = Math.floor((seen.ends - now) / DAY_MS)
  const left = days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`
  const when = seen.ends <= now ? `ended on ${day}` : `ends on ${day}, ${left}`
  const sentence = `The hub’s certificate, as this till sees it, ${when}.`
  return [{ kind: 'certificate', sentence, since: null }]
}

/** How long settings may wait for a quiet moment before that is worth a look. */
const WAIT_IS_USUAL_MS = DAY_MS

/** What a till runs that was told none is its own alone, under whatever name. */
function ofSettings(
  report: Schema['settings_report'] | undefined,
  wanted: string,
  now: number,
): TillFinding[] {
  if (report === undefined)
    return wanted === ''
      ? []
      : [{ kind: 'settings', sentence: 'Its agent takes no settings from the hub yet.', since: null }]
  const { runs, state, reported_at } = report
  const isAlone = runs === NONE || runs === ''
  if (wanted === runs || (wanted === '' && isAlone)) return []
  const [present, next] = [isAlone ? '' : runs, wanted].map(name =>
    name === '' ? 'its own settings alone' : `the settings ${name}`,
  )
  const since = reported_at
  if (state === 'waiting' && now - reported_at < WAIT_IS_USUAL_MS)
    return [
      {
        kind: 'settings',
        sentence: `It takes up ${next} at a quiet moment, and runs ${present} until then.`,
        since,
        isNotice: true,
      },
    ]
  return [
    {
      kind: 'settings',
      sentence: `It runs ${present}, and is to run ${next} (${stateWords[state]}).`,
      since,
    },
  ]
}

const stateWords: Readonly<Record<Schema['settings_report']['state'], string>> = {
  none: 'not told yet',
  running: 'not told yet',
  waiting: 'waiting for a quiet moment, or for the line',
  trial: 'other settings are on trial there',
  refused: 'refused',
  'rolled-back': 'it went back from them',
}

/** How long a change is shown that was probably meant. */
const CHANGE_SHOWN_MS = 14 * 24 * 3_600_000

function ofOwnSettings(report: Schema['settings_report'] | undefined, now: number): TillFinding[] {
  const at = report?.own_changed_at ?? null
  if (at === null || now - at >= CHANGE_SHOWN_MS) return []
  const day = new Date(at).toISOString().slice(0, 10)
  const sentence = `Its own settings (agent.json) changed on ${day}.`
  return [{ kind: 'own-settings', sentence, since: at, isNotice: true }]
}

function ofWaitingSettings(report: Schema['settings_report'] | undefined): TillFinding[] {
  const since = report?.own_waits_since ?? null
  if (since === null) return []
  const sentence = 'Its agent.json was changed and is not in use yet: it waits for a quiet moment.'
  return [{ kind: 'own-settings', sentence, since, isNotice: true }]
}

const OwnTrial = z.object({ unread: z.array(z.string()), unsold: z.array(z.string()) })

/** A file whose new sources have shown nothing for a day is probably wrong. */
function ofOwnTrial(report: Schema['settings_report'] | undefined, now: number): TillFinding[] {
  const { own_trial_json: json = null, own_trial_since: since = null } = report ?? {}
  if (json === null || since === null) return []
  const { unread, unsold } = OwnTrial.parse(JSON.parse(json))
  const lacks = [
    ...unread.map(source => `source “${saidByTill(source)}” is not read`),
    ...unsold.map(source => `nothing came from source “${saidByTill(source)}” yet`),
  ]
  const shows = lacks.length === 0 ? 'it has not shown all that worked before' : lacks.join(', ')
  const sentence = `Its changed agent.json is on trial: ${shows}.`
  if (now - since < DAY_MS || lacks.length === 0)
    return [{ kind: 'own-settings', sentence, since, isNotice: true }]
  return [{ kind: 'own-settings-unproven', sentence, since }]
}

const PosTables = z.array(z.object({ source: z.string(), changedAt: z.number() }))

/** A POS whose tables have changed and are still read: an update of it, after which its sales deserve a look. */
function ofPosTables(machine: Schema['device_machine'] | undefined, now: number): TillFinding[] {
  const json = machine?.pos_tables_json ?? null
  if (json === null) return []
  return PosTables.parse(JSON.parse(json))
    .filter(({ changedAt }) => now - changedAt < CHANGE_SHOWN_MS)
    .map(({ source, changedAt }) => ({
      kind: 'pos-changed' as const,
      sentence: `The tables of the POS that source “${saidByTill(source)}” reads have changed, as after an update. Look at its next sales.`,
      since: changedAt,
      isNotice: true as const,
    }))
}

/** When it was first noticed: reports come again for other reasons. */
async function ownSettingsBrokenSince(db: Reads): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('exception')
    .select(['device', 'first_seen'])
    .where('kind', 'in', ['own-settings-broken', 'reads-no-sales'])
    .where('closed_at', 'is', null)
    .where('device', 'is not', null)
    .execute()
  return new Map(rows.map(({ device, first_seen }) => [device ?? '', first_seen]))
}

function ofBrokenSettings(
  report: Schema['settings_report'] | undefined,
  since: number | undefined,
): TillFinding[] {
  if (report === undefined || report.own_problem === null) return []
  const why = saidSentence(report.own_problem)
  const at = { since: since ?? report.reported_at }
  if (report.reads_no_sales === 0)
    return [{ kind: 'own-settings-broken', sentence: `It does not run with its agent.json: ${why}`, ...at }]
  const sentence = `It reads no sales until its agent.json is corrected: ${why}`
  return [{ kind: 'reads-no-sales', sentence, ...at }]
}

function ofRelease({ version, outcome, why, noted_at }: Offer): TillFinding {
  if (outcome === 'failed')
    return {
      kind: 'release-failed',
      sentence: `It could not keep version ${version}. ${saidSentence(why)}`,
      since: noted_at,
    }
  const waits = why === null ? '' : ` ${saidSentence(why)}`
  return {
    kind: 'release',
    sentence: `It is offered version ${version} and does not run it yet.${waits}`,
    since: noted_at,
  }
}

type Offer = Pick<Schema['release_outcome'], 'version' | 'outcome' | 'why' | 'noted_at'>

/** The release that each till was offered last, if it is still offered. */
async function offers(db: Reads): Promise<ReadonlyMap<string, Offer>> {
  const rows = await db
    .selectFrom('release_outcome as o')
    .innerJoin('release as r', 'r.version', 'o.version')
    .select(['o.device', 'o.version', 'o.outcome', 'o.why', 'o.noted_at'])
    .where('r.state', 'in', ['offered', 'stopped'])
    .where('o.outcome', 'in', ['offered', 'failed'])
    .whereRef('o.attempt', '=', 'r.attempt')
    .orderBy('o.noted_at')
    .execute()
  return new Map(rows.map(({ device, ...offer }) => [device, offer]))
}

type Problem = Pick<Schema['exception'], 'kind' | 'first_seen'>
/** Said better by what the till itself says, see above. */
const saidElsewhere = [
  'pos-unread',
  'clock-wrong',
  'device-silent',
  'stream-forked',
  'settings-failed',
  'update-failed',
  'till-disk-low',
  'own-settings-broken',
  'reads-no-sales',
]

/** What is open about a till, one of each kind: the oldest. */
async function openProblems(db: Reads): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const rows = await db
    .selectFrom('exception')
    .select(e => ['device', 'kind', e.fn.min('first_seen').as('first_seen')])
    .where('closed_at', 'is', null)
    .where('owner', '=', 'it')
    .where('device', 'is not', null)
    .where('kind', 'not in', saidElsewhere)
    .groupBy(['device', 'kind'])
    .orderBy('kind')
    .execute()
  const byDevice = new Map<string, Problem[]>()
  for (const { device, kind, first_seen } of rows) {
    const key = device ?? ''
    byDevice.set(key, [...(byDevice.get(key) ?? []), { kind, first_seen: Number(first_seen) }])
  }
  return byDevice
}

const Unread = z.object({
  since: z.number(),
  problem: z.string().nullable(),
  code: z.string().nullable().default(null),
})

/** POS that connected tills have not been able to read for an hour or longer. */
async function unreadSources(db: Reads): Promise<ReadonlyMap<string, readonly TillFinding[]>> {
  const rows = await db
    .selectFrom('exception as e')
    .innerJoin('device as d', 'd.device', 'e.device')
    .select(['d.device', 'd.connected_at', 'd.disconnected_at', 'e.subject', 'e.evidence_json'])
    .where('e.closed_at', 'is', null)
    .where('e.kind', '=', 'pos-unread')
    .orderBy('e.subject')
    .execute()
  return byDevice(
    rows
      .filter(({ connected_at, disconnected_at }) => (connected_at ?? 0) > (disconnected_at ?? 0))
      .map(({ device, subject, evidence_json }) => {
        const said = Unread.parse(JSON.parse(evidence_json))
        return { device, finding: unreadFinding({ source: subject.slice(device.length + 1), ...said }) }
      }),
  )
}

function unreadFinding(of: {
  readonly source: string
  readonly problem: string | null
  readonly code: string | null
  readonly since: number | null
}): TillFinding {
  const { source, problem, code, since } = of
  const name = saidByTill(source)
  const why = saidSentence(problem)
  if (!isOtherSchema(code)) return { kind: 'unread', sentence: `Source “${name}” is not read. ${why}`, since }
  const sentence = `Source “${name}” is not read: its POS has other tables than its settings are for. ${why}`
  return { kind: 'pos-schema', sentence, since }
}

const Refused = z.object({ code: z.string() })

/** Files that tills refused for their headings, the oldest of each source. */
async function otherHeadings(db: Reads): Promise<ReadonlyMap<string, readonly TillFinding[]>> {
  const rows = await db
    .selectFrom('exception')
    .select(['device', 'subject', 'evidence_json', 'first_seen'])
    .where('closed_at', 'is', null)
    .where('kind', '=', 'pos-row-refused')
    .where('device', 'is not', null)
    .where(e => e.or(schemaCodes.map(code => e('evidence_json', 'like', `%"${code}"%`))))
    .orderBy('first_seen')
    .execute()
  const found = new Map<string, { readonly device: string; readonly finding: TillFinding }>()
  for (const { device, subject, evidence_json, first_seen } of rows) {
    const source = subject.split('/')[1] ?? '' // behind the till's device, and before the file
    const key = `${device}/${source}`
    if (!isOtherSchema(Refused.parse(JSON.parse(evidence_json)).code) || found.has(key)) continue
    const sentence = `A file of source “${saidByTill(source)}” was refused: it has other headings than the settings are for.`
    found.set(key, { device: device ?? '', finding: { kind: 'pos-schema', sentence, since: first_seen } })
  }
  return byDevice([...found.values()])
}

/** Settings that a till with its present agent could not keep, and that were not taken back since. */
async function failedSettings(db: Reads): Promise<ReadonlyMap<string, readonly TillFinding[]>> {
  const rows = await db
    .selectFrom('settings_outcome as o')
    .innerJoin('settings_version as v', 'v.version', 'o.version')
    .innerJoin('device as d', 'd.device', 'o.device')
    .select(['o.device', 'o.version', 'o.why', 'o.noted_at'])
    .where('o.outcome', '=', 'failed')
    .where('v.state', 'not in', ['dropped', 'replaced'])
    .whereRef('o.attempt', '=', 'v.attempt')
    .whereRef('o.agent', '=', 'd.version')
    .orderBy('o.version')
    .execute()
  return byDevice(
    rows.map(({ device, version, why, noted_at }) => ({
      device,
      finding: {
        kind: 'settings-failed',
        sentence: `It could not keep version ${version} of its settings. ${saidSentence(why)}`,
        since: noted_at,
      },
    })),
  )
}

function byDevice(
  found: readonly { readonly device: string; readonly finding: TillFinding }[],
): ReadonlyMap<string, readonly TillFinding[]> {
  const all = new Map<string, TillFinding[]>()
  for (const { device, finding } of found) all.set(device, [...(all.get(device) ?? []), finding])
  return all
}

async function wantedSettings(db: Reads): Promise<ReadonlyMap<string, string>> {
  const versions = (await listSettings(db)).filter(({ state }) => state !== 'dropped')
  const wanted = new Map<string, string>()
  if (versions.length === 0) return wanted
  for (const till of await settableTills(db))
    wanted.set(till.device, (await chosenFor(db, till, versions)).name)
  return wanted
}
