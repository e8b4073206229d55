import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { nodeUpdateFiles } from '../updates/node-update-files.ts'
import { readUpdateState, updatePaths } from '../updates/update-state.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'

export function updatesCommand({ terminal, world, version }: CommandParts): Command {
  const of = command('updates', 'show which version this till runs, and what came of the last update').option(
    ...folderOption,
  )
  return answers<Data>(of, terminal, async ({ data }) => {
    const paths = updatePaths(data)
    const { current, previous, trial, failed, newest } = readUpdateState(world, paths.state)
    const kept = nodeUpdateFiles.list(paths.versions).filter(name => !name.endsWith('.part'))
    const json = {
      installed: version,
      runs: current ?? version,
      previous: current === null ? null : (previous ?? version),
      trial: trial === null ? null : { version: trial.version, starts: trial.starts },
      failed: failed === null ? null : { ...failed, at: new Date(failed.at).toISOString() },
      newest,
      kept,
    }
    const text = [
      `It runs ${json.runs}${trial === null ? '' : `, on trial (start ${trial.starts})`}; installed: ${version}.`,
      ...(json.previous === null ? [] : [`It can go back to ${json.previous}.`]),
      ...(json.failed === null
        ? []
        : [`${json.failed.version} was given up at ${json.failed.at}: ${json.failed.sentence}`]),
    ]
    return { json, text: text.join('\n') }
  })
}
