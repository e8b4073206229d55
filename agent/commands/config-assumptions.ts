import { z } from 'zod'
import type { Files } from '../../shared/world.ts'
import type { AgentConfig } from '../config.ts'

/** What `config check` says beside "it is fine". */
export interface Assumptions {
  /** Defaults in use, and files that are not there yet. */
  readonly assumes: readonly string[]
  readonly warnings: readonly string[]
}

const Given = z.looseObject({ till: z.looseObject({ port: z.unknown() }).partial().optional() })

/** @param text agent.json as it is, already known to be valid; null when there is no such file */
export function assumptionsOf(
  config: AgentConfig,
  text: string | null,
  files: Pick<Files, 'identity'>,
): Assumptions {
  const given = Given.parse(text === null ? {} : JSON.parse(text))
  const assumes = [
    ...(text === null ? ['There is no agent.json: every setting has its default.'] : []),
    ...(given.till?.port === undefined ? [`The till page’s port is ${config.till.port}, the default.`] : []),
    ...(config.peripherals.length === 0 ? ['No "peripherals": no scanner or printer is used.'] : []),
    ...(config.printing === undefined ? ['No "printing": this till prints no slips.'] : []),
    ...(config.writeBack.length === 0 ? ['No "writeBack": nothing is written into a POS.'] : []),
    ...missingPaths(config, files),
  ]
  return { assumes, warnings: warningsOf(config) }
}

function warningsOf({ sources }: AgentConfig): string[] {
  return sources.length === 0 ? ['No source is configured: this agent reads no sales.'] : []
}

/** Settings whose value is a path on this PC. */
const PATHS = /^(file|folder|mapping|catalogue|passwordFile|caFile|codeFile)$/

function missingPaths({ sources, writeBack }: AgentConfig, files: Pick<Files, 'identity'>): string[] {
  const named = [
    ...sources.flatMap(({ source, settings }) => pathsIn(settings, source)),
    ...writeBack.flatMap(({ target, settings }) => pathsIn(settings, `writeBack ${target}`)),
  ]
  return named
    .filter(({ path }) => files.identity(path) === null)
    .map(({ at, path }) => `${at}: ${path} is not there yet.`)
}

function pathsIn(settings: unknown, at: string): { at: string; path: string }[] {
  if (typeof settings !== 'object' || settings === null) return []
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    PATHS.test(name) && typeof value === 'string'
      ? [{ at: `${at}, "${name}"`, path: value }]
      : pathsIn(value, at),
  )
}
