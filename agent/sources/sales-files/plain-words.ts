/** Words alone: lower case, without accents, ligatures and strokes, as tills that lack those write them; digits stay if `digits`. */
export function plainWords(
  text: string,
  { digits }: { readonly digits: boolean } = { digits: true },
): string {
  return text
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(digits ? /[^\p{L}\p{N}]+/gu : /[^\p{L}]+/gu, ' ')
    .trim()
}
