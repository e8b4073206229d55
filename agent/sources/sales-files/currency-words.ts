/**
 * What tills write beside an amount instead of a currency's ISO code, in lower case and without a full stop at the end, and whose it may
 * be. Several countries share most of them: which currency it is, the settings say.
 */
const WRITTEN: Readonly<Record<string, string>> = {
  'fr sfr stutz': 'CHF',
  'fcfa cfa': 'XAF XOF',
  'euro euros eura euroa eurot euroi eurai eurų eurów evro evra евро ευρώ': 'EUR',
  f: 'XPF XAF XOF', // before the figure alone: behind it a letter is the mark of a tax rate
  km: 'BAM',
  'đ vnđ': 'VND',
  บาท: 'THB',
  'r.o': 'OMR',
  'b/': 'PAB',
  złotych: 'PLN',
  kr: 'SEK NOK DKK ISK',
  kč: 'CZK',
  zł: 'PLN',
  ft: 'HUF',
  'lei leu': 'RON MDL',
  лв: 'BGN',
  din: 'RSD DZD TND',
  ден: 'MKD',
  kn: 'HRK',
  'руб р': 'RUB BYN',
  грн: 'UAH',
  tl: 'TRY',
  rs: 'INR PKR LKR NPR MUR SCR',
  rp: 'IDR',
  rm: 'MYR',
  php: 'PHP',
  p: 'PHP BWP RUB',
  tk: 'BDT',
  ks: 'MMK',
  r: 'ZAR',
  ksh: 'KES',
  tsh: 'TZS',
  ush: 'UGX',
  ghs: 'GHS',
  'dh dhs د.إ': 'AED MAD',
  'sr ر.س': 'SAR',
  qr: 'QAR',
  bd: 'BHD',
  kd: 'KWD',
  's/': 'PEN',
  bs: 'BOB VES',
  gs: 'PYG',
  q: 'GTQ',
  l: 'HNL ALL LSL',
  '元 圆 圓': 'CNY TWD HKD MOP',
  '円 yen': 'JPY',
  '원 won': 'KRW',
  'ریال ريال': 'IRR SAR OMR QAR YER',
  // signs
  '€': 'EUR',
  '£ ₤': 'GBP FKP GIP SHP SSP SYP EGP LBP SDG',
  '₣': 'CHF',
  '¥': 'CNY JPY',
  '\\': 'JPY KRW', // in Japanese and Korean encodings the yen and won signs have the place of the backslash
  '₹ ૱ ௹ ꠸': 'INR',
  '₨ ৲': 'INR PKR LKR NPR MUR SCR',
  '₺': 'TRY',
  '₽': 'RUB BYN',
  '₩': 'KRW KPW',
  '₪': 'ILS',
  '₫': 'VND',
  '฿': 'THB',
  '₴': 'UAH',
  '₦': 'NGN',
  '₱': 'PHP',
  '₡': 'CRC',
  '₲': 'PYG',
  '₵ gh₵': 'GHS',
  '₸': 'KZT',
  '\u20c0': 'KGS', // the som sign; many editors draw it as a combining mark
  '\u20c1': 'SAR',
  '₼': 'AZN',
  '₾': 'GEL',
  '₮': 'MNT',
  '₭': 'LAK',
  '֏': 'AMD',
  '৳': 'BDT',
  '៛': 'KHR',
  '؋': 'AFN',
  '﷼': 'IRR SAR OMR QAR YER',
  $: 'USD CAD AUD NZD SGD HKD MXN ARS CLP COP TWD BBD BMD BND BSD BZD CUP DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD BRL NIO TOP WST MOP',
  r$: 'BRL',
  c$: 'CAD NIO',
  a$: 'AUD',
  s$: 'SGD',
  j$: 'JMD',
  n$: 'NAD',
  b$: 'BND BSD',
  g$: 'GYD',
  l$: 'LRD',
  t$: 'TOP',
  nt$: 'TWD',
  ec$: 'XCD',
  rd$: 'DOP',
  ci$: 'KYD',
  mex$: 'MXN',
  can$: 'CAD',
  bds$: 'BBD',
  mop$: 'MOP',
  'cn¥': 'CNY',
  rmb: 'CNY',
  'e£': 'EGP',
  'l£': 'LBP',
}

const CURRENCIES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(WRITTEN).flatMap(([words, codes]) =>
    words.split(' ').map(word => [word, codes.split(' ')] as const),
  ),
)

/** The currencies that a word or sign may be, in lower case; none: it is not known. */
export function currenciesWritten(word: string): readonly string[] {
  const own = CURRENCIES.get(word)
  if (own !== undefined) return own
  // `US$`, `CA$`, `GB£`: a country before the sign
  const [, country, sign = ''] = /^([a-z]{2})(\p{Sc})$/u.exec(word) ?? []
  if (country === undefined) return []
  return (CURRENCIES.get(sign) ?? []).filter(code => code.toLowerCase().startsWith(country))
}

/** Whether a field that holds nothing but a currency names this one: by its code, or a word or sign that may be it. */
export function isCurrencyOf(written: string, currency: string): boolean {
  const plain = written.replace(/\.$/, '').toLowerCase()
  return plain === currency.toLowerCase() || currenciesWritten(plain).includes(currency)
}
