/** Languages whose months and labels are known. */
export const monthLanguages = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'nl',
  'pt',
  'pl',
  'sv',
  'no',
  'da',
  'fi',
] as const
export type MonthLanguage = (typeof monthLanguages)[number]

/** January to December, lower case. */
export const monthNames: Readonly<Record<MonthLanguage, readonly string[]>> = {
  en: words('january february march april may june july august september october november december'),
  de: words('januar februar märz april mai juni juli august september oktober november dezember'),
  fr: words('janvier février mars avril mai juin juillet août septembre octobre novembre décembre'),
  es: words('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'),
  it: words('gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'),
  nl: words('januari februari maart april mei juni juli augustus september oktober november december'),
  pt: words('janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'),
  // as dates have them: 5 maja, 5. toukokuuta
  pl: words(
    'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
  ),
  sv: words('januari februari mars april maj juni juli augusti september oktober november december'),
  no: words('januar februar mars april mai juni juli august september oktober november desember'),
  da: words('januar februar marts april maj juni juli august september oktober november december'),
  fi: words(
    'tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta',
  ),
}

function words(text: string): readonly string[] {
  return text.split(' ')
}
