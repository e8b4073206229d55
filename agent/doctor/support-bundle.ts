import { maskJson } from '../../shared/card-numbers/mask-texts.ts'
import { withoutSecrets } from '../../shared/without-secrets.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import type { Finding } from './finding.ts'
import { journalFigures } from './journal-figures.ts'

/**
 * What support needs to understand a till: version, machine, settings, the doctor's findings, the journal's figures.
 * No key, password or token, no receipt, no customer and no card number; paths of files that hold secrets stay, their content is not read.
 */
export async function supportBundle(
  world: Pick<World, 'clock' | 'files' | 'timers'>,
  parts: {
    readonly folder: string
    readonly version: string
    readonly machine: Readonly<Record<string, string | number>>
    readonly findings: readonly Finding[]
    readonly state: unknown
    /** Whether each page of the journal is read: a running agent has no time for that. */
    readonly readsAll: boolean
  },
): Promise<unknown> {
  const paths = agentPaths(parts.folder)
  const bundle = {
    tillbridge: parts.version,
    madeAt: new Date(world.clock.now()).toISOString(),
    machine: parts.machine,
    settings: jsonOf(world.files.readText(paths.config)),
    device: jsonOf(world.files.readText(paths.device)),
    state: parts.state,
    findings: parts.findings,
    journal:
      world.files.sizeOf(paths.journal) === null
        ? null
        : await journalFigures(world, paths.journal, parts.readsAll),
  }
  return maskJson(withoutSecrets(bundle))
}

function jsonOf(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return 'not JSON' // the text may hold a secret
  }
}
