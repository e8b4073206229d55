import { createHash } from 'node:crypto'

/** Everything that crosses between the simulated machines, in order. Two runs with one hash did the same to the byte. */
export interface Trace {
  note(at: number, who: string, what: string): void
  /** A line that people read when a run fails. It is part of the hash as well. */
  tell(at: number, who: string, what: string): void
  story(): readonly Told[]
  hash(): string
}

export interface Told {
  readonly at: number
  readonly who: string
  readonly what: string
}

/**
 * @param folder where this run keeps its files; its name differs between runs and is left out
 * @param listen gets every line, for a run that is looked at while it goes
 */
export function openTrace(folder: string, listen: (line: string) => void = () => undefined): Trace {
  const hash = createHash('sha256')
  const story: Told[] = []
  const note = (at: number, who: string, what: string): void => {
    const line = `${at} ${who} ${what.replaceAll(folder, '')}\n`
    hash.update(line)
    listen(line)
  }
  return {
    note,
    tell(at, who, what) {
      note(at, who, what)
      story.push({ at, who, what })
    },
    story: () => story,
    hash: () => hash.copy().digest('hex').slice(0, 16),
  }
}
