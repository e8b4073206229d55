import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { mappingIn } from '../sources/mapped/mapping-file.ts'
import { type CommandParts, fileNamed } from './command-parts.ts'

/** `sources prove`: the contract suite of sources, over the examples of a mapping. */
export function proveCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'prove',
    'check a mapping for a POS: its fields, and by its examples what every source must hold',
  ).argument('<file>', 'the mapping, JSON or YAML')
  return answers<object>(of, terminal, async (_, file = '') => {
    const mapping = mappingIn(world.files.readText(fileNamed(file)), file)
    const { checkPromises } = await import('../tools/source-check/promises.ts')
    const checked = await checkPromises(mapping)
    const broken = checked.filter(({ problems }) => problems.length > 0)
    const isProven = broken.length === 0 && checked.length > 0
    const lines = checked.flatMap(({ example, promise, problems }) => [
      `${problems.length === 0 ? 'holds ' : 'BROKEN'}  ${example}: ${promise}`,
      ...problems.map(problem => `          ${problem}`),
    ])
    const end =
      checked.length === 0
        ? 'It has no examples, so nothing proves it: add a day of sales with a refund.'
        : isProven
          ? `All ${checked.length} promises hold.`
          : `${broken.length} of ${checked.length} promises are broken.`
    return {
      json: { pos: mapping.pos, isProven, checked },
      text: [`${mapping.pos}, read from ${mapping.reads}`, ...lines, end].join('\n'),
      exitCode: isProven ? exitCodes.ok : exitCodes.failed,
    }
  })
}
