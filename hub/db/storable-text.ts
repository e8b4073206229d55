/**
 * A text as both engines keep it, so that it reads back as it was written: half a surrogate pair would come back as
 * U+FFFD, and PostgreSQL refuses U+0000.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}
