import { dirname, join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { Terminal } from '../../shared/command-line.ts'
import type { World } from '../../shared/world.ts'
import { databaseAddress, hubPaths, readHubConfig } from '../config.ts'
import { type Db, openHubDatabase } from '../db/db.ts'

/** What every command of the hub is given. */
export interface HubCommandParts {
  readonly terminal: Terminal
  readonly world: World
  readonly version: string
  /** The folder of the built head-office page. */
  readonly pages: string
}

/** The options that every command takes. */
export interface HubFolder {
  data: string
  database?: string | undefined
  json?: boolean
}

export const hubFolderOption = [
  '--data <folder>',
  'where this hub keeps its files',
  join(process.cwd(), '.tillbridge-hub'),
] as const

export const databaseOption = [
  '--database <where>',
  'postgres://user@host/database, or an SQLite file (default: from hub.json)',
] as const

/**
 * Runs a command's work on the database. A hub may be running on it at the same time.
 * @param given.create make the database if there is none yet
 * @throws DATABASE_MISSING
 */
export async function withDb<T>(
  world: World,
  { data, database }: Pick<HubFolder, 'data' | 'database'>,
  work: (db: Db) => Promise<T>,
  given: { create: boolean } = { create: false },
): Promise<T> {
  const config = readHubConfig(world.files, hubPaths(data).config)
  const address = databaseAddress(world.files, data, config, database)
  if ('file' in address && given.create) world.files.ensureFolder(dirname(address.file))
  const db = await openHubDatabase(world, address, given)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Parses an option's value as a whole number from 0. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('it must be a whole number')
  return value
}

/** Parses an option's value as one of a few words. */
export function choiceOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return text => {
    const chosen = choices.find(one => one === text)
    if (chosen === undefined) throw new InvalidArgumentError(`it must be one of: ${choices.join(', ')}`)
    return chosen
  }
}

/** Parses an option's value as a TCP port; 0 is any free one. */
export function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port > 65_535) throw new InvalidArgumentError('it must be a whole number from 0 to 65535')
  return port
}
