import { join, resolve } from 'node:path'
import type { Terminal } from '../../shared/command-line.ts'
import type { World } from '../../shared/world.ts'

/** What every command of this agent is given. */
export interface CommandParts {
  readonly terminal: Terminal
  readonly world: World
  readonly version: string
  /** The folder of the built till page. */
  readonly pages: string
}

export interface Data {
  data: string
  json?: boolean
}

export const folderOption = [
  '--data <folder>',
  'where this agent keeps its own files',
  process.env['TILLBRIDGE_DATA'] ?? join(process.cwd(), '.tillbridge-agent'),
] as const

/** A file that a person named. The packages' command changes its folder before it starts this program, and says from where. */
export const fileNamed = (name: string) => resolve(process.env['TILLBRIDGE_FROM'] ?? '.', name)
