import { defineError } from '../../shared/errors.ts'

export const sourceKindUnknown = defineError(
  'SOURCE_KIND_UNKNOWN',
  (f: { source: string; kind: string; known: readonly string[] }) =>
    `The source ${f.source} is of the kind "${f.kind}", which this version does not know. It knows ${f.known.join(', ')}. Correct the settings, or update the agent.`,
)
export const sourceSettingsInvalid = defineError(
  'SOURCE_SETTINGS_INVALID',
  (f: { source: string; problems: readonly string[] }) =>
    `The settings of the source ${f.source} are not right: ${f.problems.join('; ')}. Correct them; the source starts with the next settings.`,
)
export const receiptNumberRepeated = defineError(
  'RECEIPT_NUMBER_REPEATED',
  (f: { key: string; first: string; second: string; advice: string }) =>
    `The number ${f.key} is used twice: by ${f.first}, which is kept, and by ${f.second}, which does not count yet. ${f.advice}`,
)
