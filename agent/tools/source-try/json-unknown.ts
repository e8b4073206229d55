import { defineError } from '../../../shared/errors.ts'

export const jsonUnknown = defineError(
  'SOURCE_JSON_UNKNOWN',
  ({ file, why }: { file: string; why: string }) =>
    `${file} can't be read: ${why}. Write the settings by hand, as docs/sources-files.md shows.`,
)
