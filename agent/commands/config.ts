import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { notEnrolled } from '../agent.ts'
import { agentPaths, configInvalid, readAgentConfig } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import { peripheralKinds } from '../peripherals/index.ts'
import { checkPeripheral } from '../peripherals/print-profiles.ts'
import { configured } from '../sources/configured.ts'
import { configuredTarget } from '../write-back/write-back.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { assumptionsOf } from './config-assumptions.ts'
import { kindsToLookAt } from './source-kinds.ts'

export function configCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'check',
    'read agent.json and say what is wrong with it, and what it leaves to defaults',
  ).option(...folderOption)
  answers<Data>(of, terminal, async ({ data }) => {
    const paths = agentPaths(data)
    const config = readAgentConfig(world.files, paths.config)
    const kinds = kindsToLookAt(world, data)
    nameAll(paths.config, [
      ...config.peripherals.map(each => () => checkPeripheral(each, peripheralKinds)),
      ...config.sources.map(each => () => configured(each, kinds)),
      ...config.writeBack.map(each => () => configuredTarget(each)),
    ])
    const device = readDeviceFile(world.files, paths.device)
    if (device === null) throw notEnrolled({ folder: data })
    const { assumes, warnings } = assumptionsOf(config, world.files.readText(paths.config), world.files)
    const sources = `${config.sources.length} ${config.sources.length === 1 ? 'source' : 'sources'}`
    return {
      json: { config, device: device.device, store: device.store, assumes, warnings },
      text: [
        `${paths.config} is fine: ${sources}, till port ${config.till.port}.`,
        ...warnings.map(each => `Warning: ${each}`),
        ...assumes.map(each => `Assumed: ${each}`),
      ].join('\n'),
    }
  })
  return new Command('config').description('this agent’s settings').addCommand(of)
}

/** Checks every entry. @throws what the only wrong one threw, or CONFIG_INVALID with the sentences of all wrong ones */
function nameAll(path: string, checks: readonly (() => unknown)[]): void {
  const wrong = checks.flatMap(check => problemOf(check) ?? [])
  const [first] = wrong
  if (first === undefined) return
  if (wrong.length === 1) throw first
  const why = wrong.map(({ message }) => message.replace(/\.$/, '')).join('; ')
  throw configInvalid({ path, why })
}

function problemOf(check: () => unknown): TillbridgeError | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof TillbridgeError) return error
    throw error
  }
}
