/** Where words and numbers of a line begin. */
export function placesOf(line: string): number[] {
  return [...line.slice(0, 400).matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(match => match.index)
}
