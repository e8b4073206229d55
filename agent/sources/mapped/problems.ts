import { defineError } from '../../../shared/errors.ts'

export const mappingMissing = defineError(
  'MAPPING_MISSING',
  ({ file }: { file: string }) =>
    `There is no mapping ${file}. Correct "mapping" in the settings of the source, or put the file there.`,
)
export const mappingInvalid = defineError(
  'MAPPING_INVALID',
  ({ file, problems }: { file: string; problems: readonly string[] }) =>
    `The mapping ${file} is not right: ${problems.join('; ')}. docs/adding-a-pos.md describes each field.`,
)
export const mappingOfPrints = defineError(
  'MAPPING_OF_PRINTS',
  ({ file }: { file: string }) =>
    `The mapping ${file} reads what a printer prints. Name it as "template" of a source of the kind "receipts", which says whose prints these are.`,
)
