/** `--answer`: what a person says to the questions of an earlier run. */
export const answerOption = [
  '--answer <id=value>',
  'an answer to a question of an earlier run; may be given several times',
  (answer: string, all: readonly string[]) => [...all, answer],
  [] as readonly string[],
] as const

/** `line:Klubkort {amount}=card`: the answer is behind the last `=`. */
export function answersIn(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map(text => {
      const at = text.lastIndexOf('=')
      return at < 0 ? ([text, 'yes'] as const) : ([text.slice(0, at), text.slice(at + 1)] as const)
    }),
  )
}
