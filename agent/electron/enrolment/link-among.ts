import { LINK_SCHEME } from '../../../shared/enrol-link.ts'

/** The link among a start's arguments; null for none. */
export function linkAmong(argv: readonly string[]): string | null {
  return argv.find(argument => argument.toLowerCase().startsWith(`${LINK_SCHEME}:`)) ?? null
}
