/**
 * What tills write beside an amount instead of a currency's ISO code, in lower case and without a full stop. Several
 * countries share most of them: which currency it is, the settings say.
 */
export const currencyWords: ReadonlySet<string> = new Set(
  [
    'fr sfr stutz', // Switzerland
    'kr', // Nordic countries
    'kč zł ft lei leu лв din ден kn', // eastern Europe
    'руб р грн ₸ tl', // Russia, Ukraine, Turkey
    'rs rp rm php p tk ks', // south and south-east Asia
    'r ksh tsh ush fcfa cfa ghs', // Africa
    'dh dhs sr qr bd kd ر.س د.إ', // Gulf
    's/ s/. bs gs q l', // Latin America
    '元 円 원 yen', // east Asia
  ].flatMap(words => words.split(' ')),
)

/** What tills write beside a quantity of which one is one unit of stock: pieces, and the unit that goods are weighed in. */
export const unitWords: ReadonlySet<string> = new Set(
  'x pc pcs pce piece pieces ea each st stk stck stück stuck szt ks db buc kom kpl u ud uds un und unid pz pza kg kgm kilo l ltr lt mtr'.split(
    ' ',
  ),
)
