/** How many names a sentence holds. */
const NAMED = 10

/** Names as a sentence shows them: the first ones, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - NAMED
  return [...names.slice(0, NAMED), ...(more > 0 ? [`+${more}`] : [])].join(', ')
}
