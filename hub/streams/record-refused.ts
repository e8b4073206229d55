import { defineError } from '../../shared/errors.ts'
import { isDataFault } from '../db/errors.ts'

/** An effect that must not take place: the record is set aside whole, and its exception says `problem`. */
export const recordRefused = defineError('RECORD_REFUSED', (f: { problem: string }) => f.problem)

/** Whether a failure lies in the record itself, so that it is set aside instead of tried again. */
export function isRecordsFault(error: unknown): boolean {
  return recordRefused.is(error) || isDataFault(error)
}
