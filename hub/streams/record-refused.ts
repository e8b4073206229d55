import { TillbridgeError } from '../../shared/errors.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import type { Tx } from '../db/db.ts'
import { isDataFault } from '../db/errors.ts'
import { RecordsRepeated } from './record-repeated.ts'

/** A record whose effect must not take place: it is set aside whole. */
export interface RefusedRecord {
  readonly epoch: number
  readonly seq: number
  readonly problem: string
  /** What names it, in place of `event-unreadable`. */
  readonly exception: SubjectProblem
  /** Notes the refusal in the transaction that keeps the record. @returns whether a person must hear of it */
  note(tx: Tx): Promise<boolean>
}

/** Which records of a batch must not take effect. The rest of the batch may. */
export class RecordsRefused extends TillbridgeError {
  readonly records: readonly RefusedRecord[]

  constructor(records: readonly RefusedRecord[]) {
    super('RECORD_REFUSED', records.map(({ problem }) => problem).join(' '), { records: records.length })
    this.records = records
  }
}

/** Whether a failure lies in the records themselves, so that they are kept without effect instead of tried again. */
export function isRecordsFault(error: unknown): boolean {
  return error instanceof RecordsRefused || error instanceof RecordsRepeated || isDataFault(error)
}
