/** Words alone: lower case, without accents, ligatures, strokes and other widths, as tills that lack those write them; digits stay if `digits`. */
export function plainWords(
  text: string,
  { digits }: { readonly digits: boolean } = { digits: true },
): string {
  return text
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('đ', 'd')
    .replaceAll('æ', 'ae')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(digits ? /[^\p{L}\p{N}]+/gu : /[^\p{L}]+/gu, ' ')
    .trim()
}
