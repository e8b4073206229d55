import { defineError, type TillbridgeError } from '../../../shared/errors.ts'
import { maskedDigits } from './masking.ts'
import type { Note } from './scan.ts'

export const scanEmpty = defineError(
  'SCAN_EMPTY',
  () => 'The scanner sent no characters. Scan again; if it stays so, check its prefix and suffix settings.',
)
export const scanTooLong = defineError(
  'SCAN_TOO_LONG',
  (f: { length: number; most: number }) =>
    `The scan has ${f.length} characters and only the first ${f.most} were kept. Check that the scanner sends a line end after each scan.`,
)
export const scanAiUnknown = defineError(
  'SCAN_AI_UNKNOWN',
  (f: { at: string; after: string | null }) =>
    `"${f.at}" begins with no application identifier of GS1${f.after === null ? '' : `, after (${f.after})`}. Scan again; if it stays so, the label is printed wrong, or the scanner drops the FNC1 separator: set it to send GS.`,
)
export const scanElementInvalid = defineError(
  'SCAN_ELEMENT_INVALID',
  (f: { ai: string; label: string; value: string; why: string }) =>
    `(${f.ai}) ${f.label} holds "${f.value}", which GS1 does not allow: ${f.why}. Scan again; if it stays so, tell the supplier that the label is wrong.`,
)
export const scanElementRepeated = defineError(
  'SCAN_ELEMENT_REPEATED',
  (f: { ai: string; label: string }) =>
    `(${f.ai}) ${f.label} is there twice with different values. The label is printed wrong: tell the supplier.`,
)
export const scanPriceCheckWrong = defineError(
  'SCAN_PRICE_CHECK_WRONG',
  (f: { rule: string; code: string }) =>
    `The price or weight within "${f.code}" fails its own check digit (rule "${f.rule}"). Scan again; if it stays so, weigh the item again, or correct the rule.`,
)

/** The rest are warnings: the scan is used all the same. */
export function elementAlone(ai: string, label: string, needs: string): Note {
  const sentence = `(${ai}) ${label} should come with ${needs}; another barcode on the same item may hold it.`
  return { code: 'SCAN_ELEMENT_ALONE', sentence }
}
export function elementsConflict(ai: string, other: string): Note {
  const sentence = `(${ai}) and (${other}) must not be used together, by GS1. Tell the supplier that the label is wrong.`
  return { code: 'SCAN_ELEMENTS_CONFLICT', sentence }
}
export const separatorDoubled: Note = {
  code: 'SCAN_SEPARATOR_DOUBLED',
  sentence:
    'Two FNC1 separators follow each other. What they separate was read. Tell the supplier that the label is wrong.',
}
export const aimMissing: Note = {
  code: 'SCAN_AIM_MISSING',
  sentence:
    'These are taken for GS1 elements, but nothing says so. Set the scanner to send AIM identifiers, or the label printer to write FNC1 first.',
}
export function aimUnknown(aim: string): Note {
  const sentence = `This version does not know the AIM identifier ${aim}, so the text was taken as it is.`
  return { code: 'SCAN_AIM_UNKNOWN', sentence }
}
export function linkIrregular(ai: string, why: string): Note {
  const sentence = `The GS1 Digital Link holds (${ai}) ${why}. It was read; tell the supplier.`
  return { code: 'SCAN_LINK_IRREGULAR', sentence }
}
export const cardMasked: Note = {
  code: 'SCAN_CARD_MASKED',
  sentence:
    "Part of the scan looks like a payment card's number, so only its last four digits were kept. If it is an item, set the scanner to send AIM identifiers.",
}
export const coupon: Note = {
  code: 'SCAN_COUPON',
  sentence: 'This is the number of a coupon or a refund receipt, not of an item.',
}

/** An error as a note; what it quotes of the scan was masked by `quoted`. */
export function noteOf(error: TillbridgeError): Note {
  return { code: error.code, sentence: error.message }
}

/** Long enough for a number that begins within what is shown to be seen whole. */
const LONGEST_QUOTED = 160

/** A part of a scan for a sentence: masked, short, and without control characters. */
export function quoted(text: string, most = 60): string {
  const plain = maskedDigits(text.slice(0, LONGEST_QUOTED)).replace(/\p{Cc}/gu, '·')
  return plain.length <= most ? plain : `${plain.slice(0, most - 1)}…`
}
