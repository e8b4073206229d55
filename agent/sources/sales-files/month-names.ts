import { plainWords } from './plain-words.ts'

/**
 * How tills write months by name, January first: English, German, French, Italian, Spanish, Portuguese, Dutch, Nordic, Finnish and Polish,
 * short and long, without accents. No name is that of two months in these languages.
 */
const NAMES = [
  'jan january januar jaenner janner janv janvier gen gennaio ene enero janeiro januari tammi tammikuu tammikuuta sty styczen stycznia',
  'feb february februar febr fevr fevrier febbraio febrero fev fevereiro februari helmi helmikuu helmikuuta lut luty lutego',
  'mar march marz maerz mrz mars marzo marco maart mrt marts maalis maaliskuu maaliskuuta marzec marca',
  'apr april avr avril aprile abr abril huhti huhtikuu huhtikuuta kwi kwiecien kwietnia',
  'may mai mag maggio mayo maio mei maj touko toukokuu toukokuuta maja',
  'jun june juni juin giu giugno junio junho kesa kesakuu kesakuuta cze czerwiec czerwca',
  'jul july juli juil juillet lug luglio julio julho heina heinakuu heinakuuta lip lipiec lipca',
  'aug august aout ago agosto augustus augusti elo elokuu elokuuta sie sierpien sierpnia',
  'sep sept september septembre set settembre septiembre setembro syys syyskuu syyskuuta wrz wrzesien wrzesnia',
  'oct october okt oktober octobre ott ottobre octubre out outubro loka lokakuu lokakuuta paz pazdziernik pazdziernika',
  'nov november novembre noviembre novembro marras marraskuu marraskuuta lis listopad listopada',
  'dec december dez dezember decembre dic dicembre diciembre dezembro des desember joulu joulukuu joulukuuta gru grudzien grudnia',
]

const months = new Map(
  NAMES.flatMap((names, month) => names.split(' ').map(name => [name, String(month + 1)] as const)),
)

/** The number of a month that is written by name, `7` for `Juli` and `jul.`; null: it is not known. */
export function monthNamed(name: string): string | null {
  return months.get(plainWords(name)) ?? null
}
