import { type CodePageProposal, proposeCodePages } from '../codecs/printer-commands/propose-code-page.ts'
import type { CapturedReceipt } from '../sources/paper/captured-receipts.ts'
import type { Finding } from './finding.ts'

/** Print paths whose captured receipts only make sense in another code page, with the setting that corrects it. */
export function codePageFindings(
  captured: readonly Pick<CapturedReceipt, 'printer' | 'body'>[],
): readonly Finding[] {
  const printers = Map.groupBy(captured, ({ printer }) => printer)
  return [...printers].flatMap(([printer, receipts]) => {
    const read = receipts.map(({ body }) => ({
      lines: body.lines.map(text => ({ text })),
      codePageNumbers: body.codePages ?? [],
    }))
    return proposeCodePages(read).map(proposal => findingOf(printer, proposal))
  })
}

function findingOf(printer: string, { number, current, encoding, reason }: CodePageProposal): Finding {
  return {
    check: 'peripheral',
    subject: printer,
    verdict: 'look',
    sentence: `Printed text is read in the wrong characters: code page ${number} is taken for ${current}, and looks like ${encoding}. ${reason}`,
    advice: `In the settings of ${printer}, set "codePages": { "${number}": "${encoding}" }.`,
  }
}
