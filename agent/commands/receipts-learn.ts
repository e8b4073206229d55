import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { answers, command, writeNamed } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { Currency } from '../../shared/money.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import {
  type CodePageProposal,
  codePagesOf,
  proposeCodePages,
  type ReadText,
} from '../codecs/printer-commands/propose-code-page.ts'
import { agentPaths } from '../config.ts'
import { printedOf } from '../sources/paper/body.ts'
import type { CapturedReceipt } from '../sources/paper/captured-receipts.ts'
import { capturedReceiptsOf } from '../sources/paper/captured-samples.ts'
import { learnText } from '../tools/receipt-learn/learn-text.ts'
import { proposeTemplate } from '../tools/receipt-learn/propose.ts'
import { answerOption, answersIn } from './answer-option.ts'
import { type CommandParts, type Data, fileNamed, folderOption } from './command-parts.ts'
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
    .option('--currency <code>', 'of the receipts, where no sign tells it')
    .option(...answerOption)
    .option(
      '--not-sale <file>',
      'a captured print that is not a sale, to learn its heading; may be given several times',
      (file: string, all: readonly string[]) => [...all, fileNamed(file)],
      [],
    )
    .option('--out <file>', 'write the template there, for "template" in the source’s settings')
    .option(...folderOption)
  withPrinterOptions(of)
  type Options = Data &
    PrinterOptions & {
      source?: string
      out?: string
      currency?: string
      answer: readonly string[]
      notSale: readonly string[]
    }
  return answers<Options>(
    of,
    terminal,
    async ({ data, source, out, currency, answer, notSale, ...printer }, ...named) => {
      const files = named.map(fileNamed)
      const { journal } = agentPaths(data)
      const given = printerProfileOf(printer)
      const isRunning = files.length === 0 && world.files.sizeOf(journal) !== null
      const captured = isRunning ? capturedReceiptsOf(world.files, journal, source ?? null) : []
      const decoded = (as: PrinterProfile) => files.flatMap(file => receiptsIn(file, as))
      const codePages = proposeCodePages(files.length > 0 ? decoded(given) : captured.map(readTextOf)).filter(
        ({ number }) => given.codePages?.[number] === undefined,
      )
      const reread = withCodePages(given, codePages)
      const receipts = files.length > 0 ? decoded(reread) : captured.map(({ body }) => printedOf(body))
      if (receipts.length === 0) throw nothingToLearn({})
      const proposal = {
        ...proposeTemplate(receipts, {
          ...(currency === undefined ? {} : { currency: Currency.parse(currency.toUpperCase()) }),
          answers: answersIn(answer),
          ignored: notSale.flatMap(file => receiptsIn(file, reread)),
        }),
        printer: reread,
        codePages,
      }
      if (out !== undefined)
        writeNamed(fileNamed(out), path =>
          writeFileSync(path, `${JSON.stringify(proposal.template, null, 2)}\n`),
        )
      const written = out === undefined ? '' : `\nThe template is in ${out}.`
      const text = `${learnText(proposal).trimEnd()}\n${printerText(proposal.printer, codePages, files.length > 0)}`
      return { json: proposal, text: `${text.trimEnd()}${written}` }
    },
  )
}

const readTextOf = ({ body }: CapturedReceipt): ReadText => ({
  lines: body.lines.map(text => ({ text })),
  codePageNumbers: body.codePages ?? [],
})

/** The printer's settings with the proposed code pages. Those that are set already win. */
function withCodePages(given: PrinterProfile, proposals: readonly CodePageProposal[]): PrinterProfile {
  const codePages = { ...codePagesOf(proposals), ...given.codePages }
  return Object.keys(codePages).length === 0 ? given : { ...given, codePages }
}

/** The printer's settings that the template was learned with, for people. Empty when every setting has its default. */
function printerText(
  { profile, codePages }: PrinterProfile,
  proposals: readonly CodePageProposal[],
  wereReread: boolean,
): string {
  if (profile === 'auto' && codePages === undefined) return ''
  const reasons = proposals.map(
    ({ number, current, encoding, reason }) =>
      `Code page ${number} is read as ${current} and looks like ${encoding}. ${reason}`,
  )
  const settings = JSON.stringify({ ...(profile === 'auto' ? {} : { profile }), codePages }, null, 1)
  const setting = [
    'In agent.json, add this to the "settings" of the print path, beside "from" and "to":',
    `  ${settings.slice(1, -1).replace(/\s+/g, ' ').trim()}`,
  ]
  const again =
    proposals.length === 0 || wereReread
      ? []
      : ['Then print a few receipts and learn again: the agent read those so far in the wrong characters.']
  return ['', ...reasons, ...setting, ...again, ''].join('\n')
}
