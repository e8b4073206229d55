/** A text inside a search of Shopify's: quoted, so that nothing in it is read as the search's language. */
export function quotedTerm(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
