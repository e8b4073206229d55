/**
 * Faults whose outcome is known to be wrong today, and the findings that say so. Once a finding is off the list in
 * `test/simulate/known`, delete its line here. `--all-faults` strikes with these as well.
 */
export const switchedOff: Readonly<Record<string, string>> = {}
