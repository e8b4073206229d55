import { plainWords } from './plain-words.ts'

/**
 * How tills write months by name, January first: English, German, French, Italian, Spanish, Portuguese, Dutch, Nordic, Finnish, Polish,
 * Czech, Hungarian, Romanian, Turkish, Greek, Russian and Ukrainian,
 * short and long, without accents. No name is that of two months in these languages.
 */
const NAMES = [
  'jan january januar jaenner janner janv janvier gen gennaio ene enero janeiro januari tammi tammikuu tammikuuta sty styczen stycznia leden ledna sijecanj ocak ianuarie ian янв январь января ιαν ιανουαριου ιανουαριος січень січня',
  'feb february februar febr fevr fevrier febbraio febrero fev fevereiro februari helmi helmikuu helmikuuta lut luty lutego unor unora subat februarie феб фев февраль февраля φεβ φεβρουαριου φεβρουαριος лютий лютого',
  'mar march marz maerz mrz mars marzo marco maart mrt marts maalis maaliskuu maaliskuuta marzec marca brezen brezna mart marcius marc martie мар март марта μαρ μαρτιου μαρτιος березень березня',
  'apr april avr avril aprile abr abril huhti huhtikuu huhtikuuta kwi kwiecien kwietnia duben dubna nisan aprilis aprilie апр апрель апреля απρ απριλιου απριλιος квітень квітня',
  'may mai mag maggio mayo maio mei maj touko toukokuu toukokuuta maja kveten kvetna mayis majus май мая μαι μαιου μαιος травень травня',
  'jun june juni juin giu giugno junio junho kesa kesakuu kesakuuta cze czerwiec czerwca cerven cervna haziran junius iunie iun июн июнь июня ιουν ιουνιου ιουνιος червень червня',
  'jul july juli juil juillet lug luglio julio julho heina heinakuu heinakuuta lip lipiec lipca cervenec cervence temmuz julius iulie iul июл июль июля ιουλ ιουλιου ιουλιος липень липня',
  'aug august aout ago agosto augustus augusti elo elokuu elokuuta sie sierpien sierpnia srpen srpna agustos augusztus авг август августа αυγ αυγουστου αυγουστος серпень серпня',
  'sep sept september septembre set settembre septiembre setembro syys syyskuu syyskuuta wrz wrzesien wrzesnia zari eylul szeptember szept septembrie сен сент сентябрь сентября σεπ σεπτ σεπτεμβριου σεπτεμβριος вересень вересня',
  'oct october okt oktober octobre ott ottobre octubre out outubro loka lokakuu lokakuuta paz pazdziernik pazdziernika rijen rijna ekim octombrie окт октябрь октября οκτ οκτωβριου οκτωβριος жовтень жовтня',
  'nov november novembre noviembre novembro marras marraskuu marraskuuta lis listopad listopada kasim kasım noiembrie noi ноя ноябрь ноября νοε νοεμ νοεμβριου νοεμβριος',
  'dec december dez dezember decembre dic dicembre diciembre dezembro des desember joulu joulukuu joulukuuta gru grudzien grudnia prosinec prosince aralik aralık decembrie дек декабрь декабря δεκ δεκεμβριου δεκεμβριος грудень грудня',
]

const months = new Map(
  NAMES.flatMap((names, month) =>
    names.split(' ').map(name => [plainWords(name), String(month + 1)] as const),
  ),
)

/** The number of a month that is written by name, `7` for `Juli` and `jul.`; null: it is not known. */
export function monthNamed(name: string): string | null {
  return months.get(plainWords(name)) ?? null
}
