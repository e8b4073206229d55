import { defineError } from '../../../shared/errors.ts'

/** Why one printed receipt did not become a sale. All other receipts go on. */
export const receiptUnparsed = defineError(
  'RECEIPT_UNPARSED',
  (f: { template: string; why: string; line: number | null; text: string | null }) =>
    `The receipt could not be read with the template "${f.template}": ${f.why}${f.line === null ? '' : ` (line ${f.line}${f.text === null ? '' : `: ${JSON.stringify(f.text)}`})`}. Correct the template and the agent reads it again, or enter the sale by hand.`,
)
export const receiptDoesNotAddUp = defineError(
  'RECEIPT_DOES_NOT_ADD_UP',
  (f: {
    template: string
    what: string
    expected: string
    printed: string
    off: string
    line: number | null
  }) =>
    `The receipt does not add up: ${f.what} should be ${f.expected} but ${f.printed} is printed, ${f.off} apart${f.line === null ? '' : ` (line ${f.line})`}. Nothing of it is booked. Compare the paper with the template "${f.template}"; if the paper is wrong, enter the sale by hand.`,
)
export const receiptIsImage = defineError(
  'RECEIPT_IS_IMAGE',
  (f: { images: number }) =>
    `The POS printed this receipt as a picture (${f.images}), which holds no text to read. Have the POS print with an ESC/POS or "generic text" printer driver, or read the sales from its database instead.`,
)
export const receiptTemplateInvalid = defineError(
  'RECEIPT_TEMPLATE_INVALID',
  (f: { template: string; problems: readonly string[] }) =>
    `The receipt template ${f.template} is not right: ${f.problems.join('; ')}. Correct the file; the agent reads it again automatically.`,
)
export const receiptTemplateUnknown = defineError(
  'RECEIPT_TEMPLATE_UNKNOWN',
  (f: { template: string; known: readonly string[] }) =>
    `There is no receipt template ${f.template}: neither a file nor one of ${f.known.join(', ')}. Correct "template", or make one with "receipts learn".`,
)
export const receiptTemplateUndecided = defineError(
  'RECEIPT_TEMPLATE_UNDECIDED',
  (f: { template: string; undecided: readonly string[] }) =>
    `The receipt template ${f.template} leaves something open: ${f.undecided.join('; ')}. Decide it in the file and empty "undecided"; no receipt is booked before.`,
)
