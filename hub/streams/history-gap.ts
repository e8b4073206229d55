/** What is not whole, and why. `events`: device/epoch/seq, or a run of them. */
export interface HistoryGap {
  readonly events: string
  readonly why: string
}
