import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { notEnrolled } from '../agent.ts'
import { agentPaths, configInvalid, parseAgentJson, readAgentText } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import { demandOwnSettings, readsNone } from '../own-settings.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { assumptionsOf } from './config-assumptions.ts'
import { configMistakes } from './config-mistakes.ts'
import { kindsToLookAt } from './source-kinds.ts'

export function configCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'check',
    'read agent.json and say what is wrong with it, and what it leaves to defaults',
  ).option(...folderOption)
  answers<Data>(of, terminal, async ({ data }) => {
    const paths = agentPaths(data)
    const text = readAgentText(world.files, paths.config)
    const kinds = kindsToLookAt(world, data)
    const mistakes = configMistakes(parseAgentJson(text, paths.config), kinds, text)
    if (mistakes.length > 0) throw configInvalid({ path: paths.config, mistakes })
    const { config } = demandOwnSettings({ world, folder: data })
    const device = readDeviceFile(world.files, paths.device)
    if (device === null) throw notEnrolled({ folder: data })
    const none = readsNone({ world, folder: data }, config)
    const { assumes, warnings: usual } = assumptionsOf(config, text, world.files)
    const warnings = none === null ? usual : [none, ...usual]
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
