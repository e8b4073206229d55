import { join } from 'node:path'
import { z } from 'zod'
import { defineError } from '../shared/errors.ts'
import { SourceId } from '../shared/ids.ts'
import { jsonFault } from '../shared/plain-issues.ts'
import { proxyAddressFault } from '../shared/proxy-address.ts'
import { leaves, settingValues } from '../shared/remote-settings.ts'
import { usualTrialTimes } from '../shared/trial-times.ts'
import type { Files } from '../shared/world.ts'
import { ScanRules } from './codecs/scan-codes/rules.ts'
import { schemaMistakes } from './config-mistakes.ts'
import { type Witness, witnessDefaults } from './matching/witness.ts'
import { PeripheralConfigs } from './peripherals/configured.ts'
import { PrintingConfig } from './printing/printing.ts'
import { WriteBackConfig } from './write-back/write-back.ts'

/** Said instead of "unrecognized key" to those who still write a setting's former name. */
const formerNames = {
  error: (issue: z.core.$ZodRawIssue) =>
    issue.code === 'unrecognized_keys' && issue.keys.includes('devices')
      ? 'the setting "devices" is now called "peripherals", and "device" in each of its entries "peripheral"'
      : undefined,
}

const ProxyAddress = z.string().superRefine((url, { addIssue }) => {
  const fault = proxyAddressFault(url)
  if (fault !== null) return addIssue({ code: 'custom', message: `it can't be used: ${fault}` })
  const { username, password } = new URL(url)
  if (username === '' && password === '') return
  const message = 'name and password do not belong into the address: give "user" and "passwordFile"'
  addIssue({ code: 'custom', message })
})

/** `agent.json` in the agent's data folder. Every field has a default: an agent that is only enrolled runs. */
export const AgentConfig = z.strictObject(
  {
    till: z
      .strictObject({
        port: settingValues.port.default(7420),
        /** A file with the code of the page's link, rewritten by the program that starts this agent and shows its page. */
        codeFile: z.string().min(1).optional(),
      })
      .prefault({}),
    sources: z
      .array(
        z.strictObject({
          source: SourceId,
          kind: z.string(),
          settings: z.unknown(),
          /** The source that should hold the same sales: this one only confirms them. */
          witnessOf: SourceId.optional(),
          /** Sources under whose names some of its sales were read before, and may be counted once more. */
          countsAgain: z.array(SourceId).max(50).optional(),
          /** How long that one may take to report a sale that was seen here. */
          reportWithinMinutes: settingValues.reportWithinMinutes.optional(),
          /** False: the numbers on paper are others than those in the POS; time, till and total must do. */
          compareNumbers: settingValues.compareNumbers.optional(),
        }),
      )
      .max(50)
      .default([]),
    /** Sources that were read here and are not to be read any more: a file that only leaves them out may have lost them. */
    takenOut: z.array(SourceId).max(50).default([]),
    pickups: z
      .strictObject({
        /** Hours without contact to the hub after which the page hides what it knows of customers. */
        hideCustomersAfterHours: settingValues.hideCustomersAfterHours.default(72),
      })
      .prefault({}),
    updates: z
      .strictObject({
        /** False: the hub's updates are not installed here. */
        install: settingValues.install.default(true),
        /** Nothing is sold for so long before an update is installed; a till that is never quiet is updated after six hours. */
        quietMinutes: settingValues.quietMinutes.default(1),
        /** How long an update has to be well before it is kept. */
        confirmMinutes: settingValues.confirmMinutes.default(usualTrialTimes.confirmMinutes),
        /** How long it may take to become well before the till goes back; twice the time above at least counts. */
        giveUpMinutes: settingValues.giveUpMinutes.default(usualTrialTimes.giveUpMinutes),
      })
      .prefault({}),
    network: z
      .strictObject({
        /** Through which proxy this till reaches the hub; `none`: through none. Left out: as HTTPS_PROXY and NO_PROXY of the environment say. */
        proxy: z
          .union([
            z.literal('none'),
            z.strictObject({
              url: ProxyAddress,
              user: z.string().min(1).optional(),
              passwordFile: z.string().min(1).optional(),
            }),
          ])
          .optional(),
      })
      .prefault({}),
    /** What head office may set on this till. */
    remote: z
      .strictObject({
        /** False: this till takes no settings from the hub. */
        take: z.boolean().default(true),
        /** What the hub may set only because it is named here. */
        allow: z.array(z.enum(leaves)).max(leaves.length).default([]),
      })
      .prefault({}),
    /** Scanners, printers and print paths of this till. */
    peripherals: PeripheralConfigs.default([]),
    scans: ScanRules.prefault({}),
    /** Left out: this till prints no slips. */
    printing: PrintingConfig.optional(),
    /** What is written into the POS; nothing without an entry. */
    writeBack: z
      .array(WriteBackConfig)
      .max(10)
      .refine(
        list => new Set(list.map(({ target }) => target)).size === list.length,
        'two entries write into one target',
      )
      .default([]),
  },
  formerNames,
)
export type AgentConfig = z.infer<typeof AgentConfig>

export const configInvalid = defineError(
  'CONFIG_INVALID',
  ({ path, mistakes }: { path: string; mistakes: readonly string[] }) =>
    mistakes.length === 1
      ? `${path} can't be used: ${mistakes.join()}. Correct it.`
      : `${path} can't be used:\n${mistakes.map(each => `- ${each}`).join('\n')}\nCorrect them.`,
)

export const configUnreadable = defineError(
  'CONFIG_UNREADABLE',
  (f: { path: string; why: string }) =>
    `${f.path} can't be read (${f.why}). Let the user that runs the agent read it, or put the file back.`,
)

/** Where an agent keeps what is its own. */
export function agentPaths(folder: string) {
  return {
    config: join(folder, 'agent.json'),
    lastGood: join(folder, 'agent.last-good.json'),
    /** What was reached and read with those, and which agent.json was refused for it. */
    ownSettings: join(folder, 'own-settings.json'),
    device: join(folder, 'device.json'),
    journal: join(folder, 'journal.db'),
    link: join(folder, 'till-link'),
    pages: join(folder, 'till-pages'),
    statusToken: join(folder, 'status-token'),
    lock: join(folder, 'agent.lock'),
    launcherLock: join(folder, 'launcher.lock'),
    posToken: join(folder, 'pos-token'),
    printSpool: join(folder, 'print-spool'),
    printSpoolKey: join(folder, 'print-spool-key'),
    pinRule: join(folder, 'pin-rule.json'),
    servedBy: join(folder, 'served-by.json'),
    logLevel: join(folder, 'log-level.json'),
    posTables: join(folder, 'pos-tables.json'),
  }
}

/** agent.json as it was written; null when the file is missing. @throws CONFIG_UNREADABLE */
export function readAgentText(files: Files, path: string): string | null {
  try {
    return files.readText(path)?.replace(/^\uFEFF/, '') ?? null // editors of Windows begin a file with that mark
  } catch (cause) {
    throw configUnreadable({ path, why: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}

/** @param text as `readAgentText` gives it @throws CONFIG_INVALID naming the line and column of what is not JSON */
export function parseAgentJson(text: string | null, path: string): unknown {
  try {
    return text === null ? {} : JSON.parse(text)
  } catch (cause) {
    const { line, column } = jsonFault(text ?? '')
    const mistake = `it is not JSON from line ${line}, column ${column} on`
    throw configInvalid({ path, mistakes: [mistake] }, cause)
  }
}

/** @throws CONFIG_INVALID naming every wrong field with its line and column */
export function parseAgentConfig(text: string | null, path: string): AgentConfig {
  const json = parseAgentJson(text, path)
  const config = AgentConfig.safeParse(json)
  if (!config.success) throw configInvalid({ path, mistakes: schemaMistakes(json, config.error, text) })
  return config.data
}

/** @throws CONFIG_UNREADABLE, CONFIG_INVALID */
export const readAgentJson = (files: Files, path: string): unknown =>
  parseAgentJson(readAgentText(files, path), path)

/** The sources that only confirm another's sales. If that other source is not configured, the source counts on its own. */
export function witnessesOf({ sources }: AgentConfig): readonly Witness[] {
  const names = new Set(sources.map(({ source }) => source))
  return sources.flatMap(({ source, witnessOf, reportWithinMinutes, compareNumbers }) =>
    witnessOf === undefined || !names.has(witnessOf) || witnessOf === source
      ? []
      : [
          {
            ...witnessDefaults,
            witness: source,
            primary: witnessOf,
            ...(reportWithinMinutes === undefined ? {} : { reportWithinMs: reportWithinMinutes * 60_000 }),
            ...(compareNumbers === undefined ? {} : { compareNumbers }),
          },
        ],
  )
}
