/** That something of a subject came by a device. */
export interface CameBy {
  readonly subject: string
  readonly device: string
}

/**
 * Whose share each subject takes: of the devices that it came by, the one with the fewest subjects. So a till that makes up very
 * many, and those of other tills besides, fills its own share alone.
 */
export function quietestDevices(found: readonly CameBy[]): ReadonlyMap<string, string> {
  const bySubject = Map.groupBy(found, ({ subject }) => subject)
  const subjectsOf = new Map<string, number>()
  for (const own of bySubject.values())
    for (const device of new Set(own.map(one => one.device)))
      subjectsOf.set(device, (subjectsOf.get(device) ?? 0) + 1)
  const quieter = (a: string, b: string) =>
    (subjectsOf.get(a) ?? 0) - (subjectsOf.get(b) ?? 0) || (a < b ? -1 : 1)
  return new Map(
    [...bySubject].flatMap(([subject, own]) => {
      const [first] = own.map(({ device }) => device).toSorted(quieter)
      return first === undefined ? [] : [[subject, first] as const]
    }),
  )
}
