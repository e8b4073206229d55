import type { NetworkInterfaceInfo } from 'node:os'
import { describeError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import type { Channel, OpenChannels } from '../channel.ts'
import {
  type Condition,
  conditionsOf,
  factsOfRealTime,
  inWords,
  type PrinterFacts,
  realTimeQuestions,
} from './conditions.ts'
import { starStatusReader } from './star-status.ts'
import { statusReader } from './status.ts'

/** What answers at an address, in plain words. A scan's result leaves out `nothing`. */
export interface ProbedPrinter {
  readonly host: string
  readonly port: number
  readonly found: 'esc-pos' | 'star' | 'silent' | 'something-else' | 'nothing'
  readonly conditions: readonly Condition[]
  readonly sentence: string
}

export interface ProbeParts {
  readonly channels: Pick<OpenChannels, 'tcp'>
  readonly timers: Timers
}

const PRINT_PORT = 9100
const CONNECT_MS = 1_000
const ANSWER_MS = 600
/** Connections that a scan has open at once: few enough for the smallest shop router. */
const AT_ONCE = 24
/** Subnets that are looked through, of a computer with many. */
const MOST_SUBNETS = 4
const MOST_HEARD_BYTES = 512
const STAR_REQUEST = Uint8Array.of(0x1b, 0x06, 0x01)

/** Asks the printer at an address for its status. Never throws; takes at most about six seconds. */
export async function probePrinter(
  parts: ProbeParts,
  host: string,
  port = PRINT_PORT,
): Promise<ProbedPrinter> {
  let channel: Channel
  try {
    channel = await parts.channels.tcp({ host, port, connectMs: CONNECT_MS, stallMs: ANSWER_MS })
  } catch (error) {
    return { host, port, found: 'nothing', conditions: [], sentence: describeError(error).sentence }
  }
  const ear = listenTo(channel, parts.timers)
  try {
    return { host, port, ...(await judge(channel, ear, `${host}:${port}`)) }
  } catch (error) {
    const sentence = `${host}:${port} takes connections but no data (${describeError(error).code}): a printer that is busy with another computer, or not a printer.`
    return { host, port, found: 'silent', conditions: [], sentence }
  } finally {
    await channel.close()
  }
}

interface Ear {
  heard(): readonly number[]
  /** Resolves when bytes have come since it was last called, or after the limit. */
  more(): Promise<boolean>
}

function listenTo(channel: Channel, timers: Timers): Ear {
  const heard: number[] = []
  let known = 0
  let wake = () => {}
  channel.listen({
    data(bytes) {
      if (heard.length < MOST_HEARD_BYTES) heard.push(...bytes.subarray(0, MOST_HEARD_BYTES))
      wake()
    },
    closed: () => wake(),
  })
  return {
    heard: () => heard,
    async more() {
      if (heard.length === known)
        await new Promise<void>(resolve => {
          const stop = timers.after(ANSWER_MS, resolve)
          wake = () => {
            stop()
            resolve()
          }
        })
      const came = heard.length > known
      known = heard.length
      return came
    },
  }
}

async function judge(
  channel: Channel,
  ear: Ear,
  name: string,
): Promise<Pick<ProbedPrinter, 'found' | 'conditions' | 'sentence'>> {
  let facts: PrinterFacts = {}
  let answers = 0
  for (const question of realTimeQuestions) {
    const from = ear.heard().length
    await channel.write(Uint8Array.of(0x10, 0x04, question))
    if (!(await ear.more())) break
    const reader = statusReader()
    for (const byte of ear.heard().slice(from)) {
      const answer = reader.take(byte)
      if (answer?.is !== 'real-time') continue
      facts = { ...facts, ...factsOfRealTime(question, answer.byte) }
      answers += 1
    }
  }
  if (answers > 0 && ear.heard().length < 64) return verdict('esc-pos', facts, name)

  const from = ear.heard().length
  await channel.write(STAR_REQUEST)
  await ear.more()
  const star = starStatusReader()
  const status = ear
    .heard()
    .slice(from)
    .map(byte => star.take(byte))
    .find(read => read !== null)
  if (status !== undefined && status !== null) return verdict('star', status.facts, name)
  if (ear.heard().length > 0)
    return {
      found: 'something-else',
      conditions: [],
      sentence: `Something answers at ${name}, but not as a receipt printer does. Check the address; an office printer or another program may have this port.`,
    }
  return {
    found: 'silent',
    conditions: [],
    sentence: `${name} takes connections but does not answer. It may be a receipt printer without status answers (set "answers" to false), one that is busy with another computer, or no receipt printer.`,
  }
}

function verdict(found: 'esc-pos' | 'star', facts: PrinterFacts, name: string) {
  const conditions = conditionsOf(facts, null)
  const language = found === 'star' ? "Star's language" : 'ESC/POS'
  const state = conditions.length === 0 ? 'it is ready' : inWords(conditions)
  return { found, conditions, sentence: `A receipt printer at ${name} answers in ${language}: ${state}.` }
}

/** Looks at all addresses, a few at once, and gives what it found in their order. */
export async function scanForPrinters(
  parts: ProbeParts,
  hosts: readonly string[],
  port = PRINT_PORT,
): Promise<ProbedPrinter[]> {
  const found = new Map<string, ProbedPrinter>()
  const waiting = hosts.values()
  const worker = async () => {
    for (const host of waiting) {
      const printer = await probePrinter(parts, host, port)
      if (printer.found !== 'nothing') found.set(host, printer)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return hosts.flatMap(host => found.get(host) ?? [])
}

const isPrivate = (address: string) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address)

/**
 * The addresses next to this computer's own: the 254 of each private IPv4 network that it is in, without its own.
 * In a larger network only the range around its own address is scanned. Other networks and public ones never are.
 * @param interfaces what `os.networkInterfaces()` gives
 */
export function neighbours(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] {
  const own = Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address }) => address)
  const subnets = [...new Set(own.map(address => address.replace(/\d+$/, '')))].slice(0, MOST_SUBNETS)
  return subnets.flatMap(subnet =>
    Array.from({ length: 254 }, (_, index) => `${subnet}${index + 1}`).filter(host => !own.includes(host)),
  )
}
