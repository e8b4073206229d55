import { maskJson } from '../../shared/card-numbers/mask-texts.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import type { Finding } from './finding.ts'
import { journalFigures } from './journal-figures.ts'

const SECRET = /password|secret|token|private|credential|(?:^|[a-z])key$/i

/**
 * What support needs to understand a till: version, machine, settings, the doctor's findings, the journal's figures.
 * No key, password or token, no receipt, no customer and no card number; paths of files that hold secrets stay, their content is not read.
 */
export function supportBundle(
  world: Pick<World, 'clock' | 'files'>,
  parts: {
    readonly folder: string
    readonly version: string
    readonly machine: Readonly<Record<string, string | number>>
    readonly findings: readonly Finding[]
    readonly state: unknown
  },
): unknown {
  const paths = agentPaths(parts.folder)
  return maskJson({
    tillbridge: parts.version,
    madeAt: new Date(world.clock.now()).toISOString(),
    machine: parts.machine,
    settings: withoutSecrets(jsonOf(world.files.readText(paths.config))),
    device: withoutSecrets(jsonOf(world.files.readText(paths.device))),
    state: parts.state,
    findings: parts.findings,
    journal: world.files.sizeOf(paths.journal) === null ? null : journalFigures(world.files, paths.journal),
  })
}

/** Any JSON value with what secret-sounding names hold left out. A path to a secret (`passwordFile`) is kept. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const isPath = /file$|env$/i.test(key)
      const isSecret = SECRET.test(key) && !isPath && part !== null && typeof part !== 'object'
      return [key, isSecret ? '[left out]' : withoutSecrets(part)]
    }),
  )
}

function jsonOf(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return 'not JSON' // the text may hold a secret
  }
}
