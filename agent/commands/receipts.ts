import { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { Currency } from '../../shared/money.ts'
import { findTemplate } from '../codecs/receipt-templates/load.ts'
import { saleFromFile, saleText } from '../codecs/receipt-templates/sale-from-file.ts'
import { type CommandParts, type Data, fileNamed } from './command-parts.ts'
import { decodeFiles } from './decode-receipts.ts'
import { type PrinterOptions, printerProfileOf, withPrinterOptions } from './printer-options.ts'
import { bytesOf, receiptsIn } from './read-capture.ts'
import { textOfFiles } from './receipt-text.ts'
import { learnCommand } from './receipts-learn.ts'
import { reportsCommand } from './receipts-reports.ts'

/** `receipts`: what a printer was told to print, and the sales in it. */
export function receiptsCommand(parts: CommandParts): Command {
  return new Command('receipts')
    .description('what was printed, and the sales in it')
    .addCommand(decode(parts))
    .addCommand(sale(parts))
    .addCommand(learnCommand(parts))
    .addCommand(reportsCommand(parts))
}

function decode({ terminal }: CommandParts): Command {
  const of = command(
    'decode',
    'show what captured print jobs put on paper: text, codes, pictures, cuts',
  ).argument('<files...>', 'captured bytes; a name that ends in .hex holds hexadecimal text')
  withPrinterOptions(of)
  return answers<{ json?: boolean } & PrinterOptions>(of, terminal, async (options, ...files) => {
    const views = decodeFiles(
      files.map(name => ({ name, bytes: bytesOf(fileNamed(name)) })),
      printerProfileOf(options),
    )
    return { json: views, text: textOfFiles(views) }
  })
}

const isPath = (template: string) => /[\\/]|\.json$/.test(template)

function sale({ terminal, world }: CommandParts): Command {
  const of = command('sale', 'read the sales in a captured print job by a template; nothing is kept or sent')
    .argument('<file>', 'captured bytes')
    .requiredOption('--template <name>', 'a template that comes with the agent, or the path of a JSON file')
    .option('--currency <code>', 'of its amounts, where the template does not say')
    .option('--zone <zone>', 'the store’s time zone', 'UTC')
    .option('--warehouse <code>', 'the POS’s code of the place that sales take from', '0')
    .option('--till <name>', 'for receipts that name no till', '')
  withPrinterOptions(of)
  type Options = Pick<Data, 'json'> &
    PrinterOptions & {
      template: string
      currency?: string
      zone: string
      warehouse: string
      till: string
    }
  return answers<Options>(of, terminal, async (options, file = '') => {
    const template = findTemplate(
      isPath(options.template) ? fileNamed(options.template) : options.template,
      world.files,
    )
    const views = saleFromFile(receiptsIn(fileNamed(file), printerProfileOf(options)), template, {
      currency: options.currency === undefined ? null : Currency.parse(options.currency.toUpperCase()),
      zone: options.zone,
      warehouse: options.warehouse,
      till: options.till,
      skuOf: () => null,
    })
    return { json: views, text: saleText(views).trimEnd() }
  })
}
