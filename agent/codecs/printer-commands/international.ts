const REPLACED = '#$@[\\]^`{|}~'

/** What `REPLACED` looks like by ESC R n (Epson ESC/POS reference, ESC R; Star Line mode, ESC R). */
const SETS: Readonly<Record<number, string>> = {
  1: '#$à°ç§^`éùè¨', // France
  2: '#$§ÄÖÜ^`äöüß', // Germany
  3: '£$@[\\]^`{|}~', // United Kingdom
  4: '#$@ÆØÅ^`æøå~', // Denmark I
  5: '#¤ÉÄÖÅÜéäöåü', // Sweden
  6: '#$@°\\é^ùàòèì', // Italy
  7: '₧$@¡Ñ¿^`¨ñ}~', // Spain I
  8: '#$@[¥]^`{|}~', // Japan
  9: '#¤ÉÆØÅÜéæøåü', // Norway
  10: '#$ÉÆØÅÜéæøåü', // Denmark II
  11: '#$á¡Ñ¿é`íñóú', // Spain II
  12: '#$á¡Ñ¿éüíñóú', // Latin America
  13: '#$@[₩]^`{|}~', // Korea
  14: '#$ŽŠĐĆČžšđćč', // Slovenia, Croatia
  15: '#¥@[\\]^`{|}~', // China
  16: '#₫@[\\]^`{|}~', // Vietnam
}

/** Whether ESC R n changes any sign. */
export const isInternationalSet = (n: number): boolean => SETS[n] !== undefined

/** The signs that stand in place of ASCII's in the set `n`; none for sets without any, or unknown ones. */
export function internationalSigns(n: number): ReadonlyMap<number, string> {
  const set = SETS[n]
  if (set === undefined) return new Map()
  const signs = [...set]
  return new Map([...REPLACED].map((sign, place) => [sign.charCodeAt(0), signs[place] ?? sign]))
}
