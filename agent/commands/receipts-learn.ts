import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { agentPaths } from '../config.ts'
import { printedOf } from '../sources/paper/body.ts'
import { capturedReceiptsOf } from '../sources/paper/captured-samples.ts'
import { learnText } from '../tools/receipt-learn/learn-text.ts'
import { proposeTemplate } from '../tools/receipt-learn/propose.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { type PrinterOptions, printerProfileOf, withPrinterOptions } from './printer-options.ts'
import { receiptsIn } from './read-capture.ts'

export const nothingToLearn = defineError(
  'NOTHING_TO_LEARN',
  () =>
    'There is no receipt to learn from. Name captured files, or let the till print a few receipts through the print path first.',
)

/** `receipts learn`: proposes a template from receipts of one till, captured files or those that this agent captured. */
export function learnCommand({ terminal, world }: CommandParts): Command {
  const of = command('learn', 'propose a template from receipts, and say which of them add up with it')
    .argument('[files...]', 'captured bytes; left out: the receipts that this agent has captured')
    .option('--source <name>', 'the source whose captured receipts are meant')
    .option('--out <file>', 'write the template there, for "template" in the source’s settings')
    .option(...folderOption)
  withPrinterOptions(of)
  type Options = Data & PrinterOptions & { source?: string; out?: string }
  return answers<Options>(of, terminal, async ({ data, source, out, ...printer }, ...files) => {
    const { journal } = agentPaths(data)
    const isRunning = files.length === 0 && world.files.sizeOf(journal) !== null
    const captured = isRunning ? capturedReceiptsOf(world.files, journal, source ?? null) : []
    const receipts =
      files.length > 0
        ? files.flatMap(file => receiptsIn(file, printerProfileOf(printer)))
        : captured.map(({ body }) => printedOf(body))
    if (receipts.length === 0) throw nothingToLearn({})
    const proposal = proposeTemplate(receipts)
    if (out !== undefined) writeFileSync(out, `${JSON.stringify(proposal.template, null, 2)}\n`)
    const written = out === undefined ? '' : `\nThe template stands in ${out}.`
    return { json: proposal, text: `${learnText(proposal).trimEnd()}${written}` }
  })
}
