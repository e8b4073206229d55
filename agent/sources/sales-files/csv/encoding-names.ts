/** How exports of tills write their letters, for the setting `encoding`. `auto`: by the byte order mark or the zeros of UTF-16, else UTF-8, else Windows-1252. */
export const csvEncodings = [
  ...(['auto', 'utf-8', 'utf-16le', 'utf-16be'] as const),
  ...([
    'windows-1250',
    'windows-1251',
    'windows-1252',
    'windows-1253',
    'windows-1254',
    'windows-1257',
  ] as const),
  ...([
    'cp437',
    'cp737',
    'cp775',
    'cp850',
    'cp852',
    'cp857',
    'cp858',
    'cp860',
    'cp863',
    'cp865',
    'cp866',
  ] as const),
  ...(['iso-8859-1', 'iso-8859-2', 'iso-8859-5', 'iso-8859-7', 'iso-8859-9', 'iso-8859-15'] as const),
  ...(['macintosh', 'koi8-r', 'koi8-u', 'shift_jis', 'gb18030', 'big5', 'euc-kr'] as const),
] as const
export type EncodingName = (typeof csvEncodings)[number]
