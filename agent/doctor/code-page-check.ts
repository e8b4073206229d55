import { pageNamed } from '../codecs/printer-commands/code-pages.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import {
  type CodePageProposal,
  codePagesOf,
  proposeCodePages,
  type ReadText,
} from '../codecs/printer-commands/propose-code-page.ts'
import type { PeripheralConfig } from '../peripherals/configured.ts'
import { printProfiles } from '../peripherals/print-profiles.ts'
import type { CapturedReceipt } from '../sources/paper/captured-receipts.ts'
import { type Finding, wrongBecause } from './finding.ts'

/**
 * Print paths whose captured receipts only make sense in another code page. The advice is the print path's whole entry
 * in agent.json, corrected. A code page that the settings correct already is left out: receipts captured before that
 * still have the wrong characters.
 */
export function codePageFindings(
  captured: readonly Pick<CapturedReceipt, 'printer' | 'body'>[],
  peripherals: readonly PeripheralConfig[],
): readonly Finding[] {
  const profileOf = printProfiles(peripherals)
  return peripherals.flatMap(config => {
    const receipts = captured.filter(({ printer }) => printer === config.peripheral)
    if (receipts.length === 0) return []
    try {
      return findingsOf(config, profileOf(config.peripheral), receipts.map(readTextOf))
    } catch (error) {
      return [wrongBecause('peripheral', config.peripheral, error)]
    }
  })
}

function findingsOf(
  config: PeripheralConfig,
  { codePages = {} }: PrinterProfile,
  receipts: readonly ReadText[],
): readonly Finding[] {
  const proposals = proposeCodePages(receipts).filter(({ number, encoding }) => {
    const set = codePages[number]
    return set === undefined || pageNamed(set) !== encoding
  })
  if (proposals.length === 0) return []
  return [findingOf(config, { ...codePages, ...codePagesOf(proposals) }, proposals)]
}

const readTextOf = ({ body }: Pick<CapturedReceipt, 'body'>): ReadText => ({
  lines: body.lines.map(text => ({ text })),
  codePageNumbers: body.codePages ?? [],
})

function findingOf(
  { peripheral, kind, settings }: PeripheralConfig,
  codePages: Readonly<Record<string, string>>,
  proposals: readonly CodePageProposal[],
): Finding {
  const reasons = proposals.map(
    ({ number, current, encoding, reason }) =>
      `Code page ${number} is read as ${current} and looks like ${encoding}. ${reason}`,
  )
  const corrected = { peripheral, kind, settings: { ...Object(settings), codePages } }
  return {
    check: 'peripheral',
    subject: peripheral,
    verdict: 'look',
    sentence: `Printed text is read in the wrong characters. ${reasons.join(' ')}`,
    advice: `In agent.json, replace the entry of ${peripheral} with this one: ${JSON.stringify(corrected)}`,
  }
}
