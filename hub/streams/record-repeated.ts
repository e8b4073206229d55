import { TillbridgeError } from '../../shared/errors.ts'

/** The place of a record in its device's stream. */
export interface RepeatedRecord {
  readonly epoch: number
  readonly seq: number
}

/** Which records of a batch had their effect before, under another place. They are kept without one; the rest takes effect. */
export class RecordsRepeated extends TillbridgeError {
  readonly records: readonly RepeatedRecord[]

  constructor(records: readonly RepeatedRecord[]) {
    super('RECORD_REPEATED', 'The hub has had these records before.', { records: records.length })
    this.records = records
  }
}
