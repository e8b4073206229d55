/** A promise that is not kept, where, and by how much. */
export interface Failure {
  /** Stable: names the invariant, so that a run can be shrunk to the same failure. */
  readonly invariant: string
  readonly subject: string
  readonly detail: string
}
