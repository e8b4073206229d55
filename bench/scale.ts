/** `tiny`: everything once, in seconds, so that the tests keep the benches alive; its figures mean nothing. */
export interface Scale {
  readonly tiny: boolean
}
