import { z } from 'zod'
import { languageCodes } from './languages.ts'
import { Currency } from './money.ts'

/** What a till's own agent.json has to allow before head office may set it, see `remote.allow` there. */
export const leaves = ['till.port', 'updates.install', 'sources', 'peripherals', 'writeBack'] as const
export type Leave = (typeof leaves)[number]

const minutes = (least: number, most: number) => z.number().min(least).max(most)
const entries = (most: number) => z.array(z.record(z.string(), z.unknown())).max(most)

/** The values that head office may set, as `agent.json` has them. The agent's own schema is made of the same ones. */
export const settingValues = {
  port: z.int().min(0).max(65_535),
  hideCustomersAfterHours: z
    .number()
    .min(1)
    .max(90 * 24),
  install: z.boolean(),
  quietMinutes: minutes(0, 60),
  confirmMinutes: z.number().positive().max(1_440),
  giveUpMinutes: z.number().positive().max(1_440),
  reportWithinMinutes: z
    .number()
    .positive()
    .max(7 * 24 * 60),
  compareNumbers: z.boolean(),
  fnc1: z.array(z.string().min(1).max(16)).max(16),
  paperMm: z.union([z.literal(58), z.literal(80)]),
  printerLanguage: z.enum(['esc-pos', 'star-prnt', 'star-line']),
  words: z.enum(languageCodes),
  code: z.enum(['barcode', 'qr', 'both', 'none']),
  cut: z.enum(['partial', 'full', 'none']),
} as const

interface RemoteSetting {
  readonly value: z.ZodType
  /** What the till's own agent.json has to allow; null: head office may set it on every till. */
  readonly leave: Leave | null
}

const free = (value: z.ZodType): RemoteSetting => ({ value, leave: null })
const guarded = (leave: Leave, value: z.ZodType): RemoteSetting => ({ value, leave })

/**
 * Every setting that the hub can set, and no other: whatever is not listed here stays in the till's own agent.json. With what is free,
 * a till can be made to run no program, read no file and send nothing anywhere else.
 */
export const remoteSettings: Readonly<Record<string, RemoteSetting>> = {
  'pickups.hideCustomersAfterHours': free(settingValues.hideCustomersAfterHours),
  'updates.quietMinutes': free(settingValues.quietMinutes),
  'updates.confirmMinutes': free(settingValues.confirmMinutes),
  'updates.giveUpMinutes': free(settingValues.giveUpMinutes),
  'scans.fnc1': free(settingValues.fnc1),
  'scans.currency': free(Currency),
  'scans.inStore': free(entries(100)),
  'scans.orders': free(entries(50)),
  'printing.paperMm': free(settingValues.paperMm),
  'printing.language': free(settingValues.printerLanguage),
  'printing.words': free(settingValues.words),
  'printing.code': free(settingValues.code),
  'printing.cut': free(settingValues.cut),
  'sources.reportWithinMinutes': free(settingValues.reportWithinMinutes),
  'sources.compareNumbers': free(settingValues.compareNumbers),
  'till.port': guarded('till.port', settingValues.port),
  'updates.install': guarded('updates.install', settingValues.install),
  'sources.kind': guarded('sources', z.string().min(1).max(64)),
  'sources.settings': guarded('sources', z.record(z.string(), z.unknown())),
  'sources.witnessOf': guarded('sources', z.string().min(1).max(64)),
  'sources.countsAgain': guarded('sources', z.array(z.string().min(1).max(64)).max(50)),
  'peripherals.kind': guarded('peripherals', z.string().min(1).max(64)),
  'peripherals.settings': guarded('peripherals', z.record(z.string(), z.unknown())),
  'writeBack.kind': guarded('writeBack', z.string().min(1).max(64)),
  'writeBack.what': guarded('writeBack', z.array(z.string().max(64)).min(1).max(10)),
  'writeBack.settings': guarded('writeBack', z.record(z.string(), z.unknown())),
}

/** The lists of agent.json whose entries have a name, and the setting that is the name. */
export const namedLists = { sources: 'source', peripherals: 'peripheral', writeBack: 'target' } as const
type NamedList = keyof typeof namedLists
const isNamedList = (name: string): name is NamedList => Object.hasOwn(namedLists, name)

/** The settings of one level or of all levels together, in the shape of agent.json. */
export type RemoteSettings = Readonly<Record<string, unknown>>

/** What a file of remote settings, and what a hub sends, has to fit. Each setting may be left out. */
export const RemoteSettings: z.ZodType<RemoteSettings> = z.strictObject(
  Object.fromEntries(
    [...new Set(Object.keys(remoteSettings).map(groupOf))].map(group => [
      group,
      groupSchema(group).optional(),
    ]),
  ),
)

function groupOf(name: string): string {
  return name.split('.')[0] ?? name
}

function groupSchema(group: string): z.ZodType {
  const fields = Object.fromEntries(
    Object.entries(remoteSettings)
      .filter(([name]) => groupOf(name) === group)
      .map(([name, { value }]) => [name.slice(group.length + 1), value.optional()]),
  )
  if (!isNamedList(group)) return z.strictObject(fields)
  const id = namedLists[group]
  return z
    .array(z.strictObject({ [id]: z.string().min(1).max(64), ...fields }))
    .max(64)
    .refine(list => new Set(list.map(one => one[id])).size === list.length, 'two entries have one name')
}

const Group = z.record(z.string(), z.unknown())
const Entries = z.array(Group)

/** One setting as it is set somewhere. */
export interface SettingAt {
  /** As in the table: `sources.settings`. */
  readonly name: string
  /** With the entry: `sources "pos".settings`. */
  readonly shown: string
  readonly value: unknown
}

/** Every setting that is set, in order. */
export function settingsIn(settings: RemoteSettings): SettingAt[] {
  return Object.entries(settings).flatMap(([group, value]) => {
    if (isNamedList(group)) return Entries.parse(value ?? []).flatMap(entry => ofEntry(group, entry))
    return Object.entries(Group.parse(value ?? {})).map(([key, set]) => ({
      name: `${group}.${key}`,
      shown: `${group}.${key}`,
      value: set,
    }))
  })
}

function ofEntry(group: NamedList, entry: Readonly<Record<string, unknown>>): SettingAt[] {
  const id = namedLists[group]
  return Object.entries(entry)
    .filter(([key]) => key !== id)
    .map(([key, value]) => ({
      name: `${group}.${key}`,
      shown: `${group} "${String(entry[id])}".${key}`,
      value,
    }))
}

/**
 * Settings with others laid over them: groups setting by setting, sources, peripherals and write-back by the names of their entries,
 * other lists and values as a whole.
 */
export function layOver(below: RemoteSettings, above: RemoteSettings): RemoteSettings {
  return Object.fromEntries(
    [...new Set([...Object.keys(below), ...Object.keys(above)])].map(key => [
      key,
      laid(key, below[key], above[key]),
    ]),
  )
}

function laid(key: string, below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (isNamedList(key)) return laidEntries(namedLists[key], below, above)
  const [lower, upper] = [Group.safeParse(below), Group.safeParse(above)]
  return lower.success && upper.success ? layOver(lower.data, upper.data) : above
}

function laidEntries(id: string, below: unknown, above: unknown): unknown {
  const lower = Entries.safeParse(below).data ?? []
  const upper = Entries.parse(above)
  const over = new Map(upper.map(entry => [entry[id], entry]))
  const known = new Set(lower.map(entry => entry[id]))
  return [
    ...lower.map(entry => layOver(entry, over.get(entry[id]) ?? {})),
    ...upper.filter(entry => !known.has(entry[id])),
  ]
}
