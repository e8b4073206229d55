import { describeError } from '../../shared/errors.ts'
import { proxyFault } from '../../shared/proxy-fault.ts'
import { keyFingerprint } from '../../shared/signing.ts'
import type { World } from '../../shared/world.ts'
import { type AgentConfig, agentPaths } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import { unsafeAddress } from '../enrolment/hub-address.ts'
import { hubFault } from '../enrolment/hub-fault.ts'
import { problemWithSales, readsNone } from '../own-settings.ts'
import { settingsOfAgent } from '../remote-settings/start-with-settings.ts'
import { previewSource } from '../sources/preview.ts'
import type { AnySourceKind } from '../sources/source.ts'
import type { TillState } from '../till/api-schema.ts'
import { type Finding, ok, wrongBecause } from './finding.ts'

/**
 * This till's own files: is it enrolled, can its settings be read?
 * @param running what the running agent says of its settings, which may be others than those on disk; null: none runs
 */
export function checkFiles(
  world: Pick<World, 'files' | 'log'>,
  folder: string,
  running: Pick<TillState, 'settings' | 'settingsProblem' | 'settingsWaiting' | 'settingsTrial'> | null,
): { findings: Finding[]; config: AgentConfig | null } {
  const paths = agentPaths(folder)
  const findings: Finding[] = []
  try {
    const device = readDeviceFile(world.files, paths.device)
    findings.push(
      device === null
        ? {
            check: 'enrolment',
            subject: folder,
            verdict: 'wrong',
            sentence: 'This till is not enrolled yet.',
            advice: 'Ask head office for a code, then run: tillbridge-agent enrol --hub URL.',
          }
        : ok(
            'enrolment',
            device.device,
            `This is till "${device.till}" of ${device.storeName} (${device.store}).`,
          ),
    )
  } catch (error) {
    findings.push(wrongBecause('enrolment', paths.device, error))
  }
  try {
    const { config, own } = settingsOfAgent({ world, folder })
    findings.push(
      settingsFinding(paths.config, config, {
        problem:
          own.problem === null
            ? readsNone({ world, folder }, own.config)
            : problemWithSales(own.problem, config),
        running,
      }),
    )
    return { findings, config }
  } catch (error) {
    return { findings: [...findings, wrongBecause('settings', paths.config, error)], config: null }
  }
}

function settingsFinding(
  path: string,
  config: AgentConfig,
  of: {
    readonly problem: string | null
    readonly running: Pick<
      TillState,
      'settings' | 'settingsProblem' | 'settingsWaiting' | 'settingsTrial'
    > | null
  },
): Finding {
  const { sources } = config
  const problem = of.running?.settingsProblem ?? of.problem
  const waiting = of.running?.settingsWaiting ?? of.running?.settingsTrial ?? trialOf(of.running?.settings)
  if (problem !== null)
    return { check: 'settings', subject: path, verdict: 'wrong', sentence: problem, advice: null }
  if (waiting !== null)
    return { check: 'settings', subject: path, verdict: 'look', sentence: waiting, advice: null }
  if (sources.length > 0)
    return ok(
      'settings',
      path,
      sources.length === 1 ? '1 source is named.' : `${sources.length} sources are named.`,
    )
  return {
    check: 'settings',
    subject: path,
    verdict: 'look',
    sentence: 'No source is named, so no sale will be read.',
    advice: 'Add the POS to "sources" in agent.json; a POS that was found is listed below.',
  }
}

/** What is examined are the settings that worked last, not those on trial. */
const trialOf = (settings: TillState['settings'] | undefined) =>
  settings?.isOnTrial === true
    ? 'Other settings of head office are on trial at this moment. What is said below is of those before; status shows what is read.'
    : null

/** Is the running agent there, and what does its journal owe? Without an agent only the file's size is known. */
export async function checkJournal(
  world: Pick<World, 'files'>,
  folder: string,
  asking: Promise<{ unsent: number; link: string; problem: string | null }>,
): Promise<Finding[]> {
  const path = agentPaths(folder).journal
  if (world.files.sizeOf(path) === null)
    return [
      {
        check: 'journal',
        subject: path,
        verdict: 'look',
        sentence: 'There is no journal yet.',
        advice: 'It is made when the agent starts: tillbridge-agent run.',
      },
    ]
  try {
    const { unsent, link, problem } = await asking
    if (problem !== null)
      return [
        {
          check: 'journal',
          subject: path,
          verdict: 'wrong',
          sentence: problem,
          advice: 'Do what the sentence says, then run this again.',
        },
      ]
    return [
      ok(
        'journal',
        path,
        `The agent runs, is ${link} and holds ${unsent} events that the hub does not have yet.`,
      ),
    ]
  } catch (error) {
    return [
      {
        check: 'journal',
        subject: path,
        verdict: 'look',
        sentence: describeError(error).sentence,
        advice: null,
      },
    ]
  }
}

/** Is a proxy set that can't be used? */
export function checkProxy({ sockets }: Pick<World, 'sockets'>): Finding[] {
  const unusable = sockets.proxy?.unusable() ?? null
  if (unusable === null) return []
  const advice =
    'Correct HTTPS_PROXY and restart the agent; or name the proxy in agent.json ("network"), which goes before it.'
  return [{ check: 'proxy', subject: 'HTTPS_PROXY', verdict: 'look', sentence: unusable, advice }]
}

const HUB_LIMIT_MS = 5_000

/** Does the hub's address answer, and is what answers a hub? */
export async function checkHub(
  world: Pick<World, 'files' | 'sockets' | 'timers'>,
  folder: string,
): Promise<Finding[]> {
  let url: string
  let key: string | undefined
  try {
    const device = readDeviceFile(world.files, agentPaths(folder).device)
    if (device === null) return []
    url = device.hub.url
    key = device.hub.key
  } catch {
    return [] // said by the check of the enrolment
  }
  const unsafe = unsafeAddress(url)
  if (unsafe !== null) return [wrongBecause('hub', url, unsafe)]
  const proxy = new URL(url).protocol === 'https:' ? (world.sockets.proxy ?? null) : null
  const shown = proxy?.shown() ?? null
  const known = [
    key === undefined ? 'This till does not know its key yet.' : `Its key is ${keyFingerprint(key)}.`,
    ...(shown === null ? [] : [`This till’s proxy is ${shown}.`]),
  ].join(' ')
  const limit = new AbortController()
  const cancel = world.timers.after(HUB_LIMIT_MS, () =>
    limit.abort(new Error(`no answer within ${HUB_LIMIT_MS / 1_000} s`)),
  )
  try {
    const answer = await world.sockets.fetch(new URL('/healthz', url).href, {
      redirect: 'manual',
      signal: limit.signal,
    })
    const text = (await answer.text()).slice(0, 1_000)
    if (answer.status === 200 && text.includes('"ok"')) return [ok('hub', url, `The hub answers. ${known}`)]
    return [
      {
        check: 'hub',
        subject: url,
        verdict: 'wrong',
        sentence: `Something answers at the hub's address with ${answer.status}, but it is not a hub.`,
        advice: 'Look for a proxy, a sign-in page of this network, or another program on that address.',
      },
    ]
  } catch (error) {
    const fault = hubFault(url, error, { proxy, isEnrolled: true })
    if (fault !== null) return [wrongBecause('hub', url, fault)]
    const refused = proxyFault(error, proxy)
    if (refused?.kind === 'refused') return [behindProxy(url, `${shown}`, refused.status)]
    const cause =
      error instanceof Error && error.cause instanceof Error
        ? error.cause.message
        : describeError(error).sentence
    return [
      {
        check: 'hub',
        subject: url,
        verdict: 'wrong',
        sentence:
          shown === null
            ? `The hub does not answer (${cause}).`
            : `No answer of the hub comes through this till’s proxy ${shown} (${cause}).`,
        advice: `Check this PC’s network${shown === null ? '' : ', the proxy'} and whether the hub runs. Sales are kept here meanwhile.`,
      },
    ]
  } finally {
    cancel()
  }
}

/** The proxy takes the connection, and says that it reaches nothing behind it. */
function behindProxy(url: string, proxy: string, status: number): Finding {
  const { host } = new URL(url)
  return {
    check: 'hub',
    subject: url,
    verdict: 'wrong',
    sentence: `This till’s proxy ${proxy} answers ${status}: it does not reach ${host}.`,
    advice: `Check whether the hub runs, and ask the proxy’s operator whether it reaches ${host}. Sales are kept here meanwhile.`,
  }
}

/** Reads the first rows of each source, as a first start would. */
export async function checkSources(
  world: Pick<World, 'clock' | 'files' | 'log'>,
  config: AgentConfig,
  kinds: readonly AnySourceKind[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const source of config.sources) {
    try {
      let rows = 0
      let refused = 0
      for await (const row of previewSource(source, world, kinds)) {
        rows += 1
        if (row.problem !== null) refused += 1
        if (rows >= 50) break
      }
      const count = rows >= 50 ? 'its first 50 rows' : `its ${rows} rows`
      if (refused > 0)
        findings.push({
          check: 'source',
          subject: source.source,
          verdict: 'look',
          sentence: `It can be read, and ${refused} of ${count} do not fit.`,
          advice: 'See them with: tillbridge-agent sources check.',
        })
      else
        findings.push(
          ok(
            'source',
            source.source,
            rows === 0 ? 'It can be read and holds nothing yet.' : `It can be read: ${count} fit.`,
          ),
        )
    } catch (error) {
      findings.push(wrongBecause('source', source.source, error))
    }
  }
  return findings
}
