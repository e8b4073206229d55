/** What a language looks like on a receipt: enough to recognise text that was read in the wrong code page. */
export interface PrintedLanguage {
  readonly name: string
  /** Its letters outside ASCII, in lower case. Null: any character of `script`. */
  readonly letters: ReadonlySet<string> | null
  readonly script: RegExp
  /** Whether its words mix with ASCII letters. */
  readonly isLatin: boolean
  /** Words of receipts, in lower case, each with a character outside ASCII. */
  readonly words: readonly string[]
}

const latin = (name: string, letters: string, words: string): PrintedLanguage => ({
  name,
  letters: new Set(letters),
  script: /\p{Script=Latin}/u,
  isLatin: true,
  words: words.split(' ').filter(word => word.length > 1),
})

const alphabet = (name: string, script: RegExp, letters: string | null, words: string): PrintedLanguage => ({
  name,
  letters: letters === null ? null : new Set(letters),
  script,
  isLatin: false,
  words: words.split(' ').filter(word => word.length > 1),
})

const CYRILLIC = /\p{Script=Cyrillic}/u
const RUSSIAN = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'

/** The languages of tills that print more than ASCII. Order decides between two that fit equally well. */
export const printedLanguages: readonly PrintedLanguage[] = [
  latin(
    'German',
    'äöüß',
    'für käse brötchen müsli gemüse äpfel rückgeld straße über stück gebühr wünschen schönen öffnungszeiten zurück größe süß hähnchen würstchen brühe kräuter nüsse tüte getränke öl küche bücher gültig ermäßigt beträge beträgt möchten',
  ),
  latin(
    'French',
    'àâæçéèêëîïôœùûüÿ',
    'à été reçu café thé pâte gâteau crème espèces numéro quantité désignation unité très société téléphone chèque réglé payé bientôt remerciée légumes crêpe pêche entrée rosé sucré salé fidélité crédit débit siège français achète échange échangé conservé journée',
  ),
  latin(
    'Spanish',
    'áéíñóúü¿¡',
    'teléfono número dirección artículo descripción crédito débito devolución días café piña jamón limón atún azúcar plátano niño señor españa válido atención gestión compañía según también más jabón champú melocotón maíz régimen razón económico código peña',
  ),
  latin(
    'Portuguese',
    'àáâãçéêíóôõúü',
    'não número código descrição preço pão açúcar café limão maçã água crédito débito cartão emissão série endereço você atenção devolução informação válido até às feijão camarão',
  ),
  latin(
    'Italian',
    'àèéìíòóù',
    'caffè tè perché più città quantità società così pagò però sarà virtù qualità ragù tiramisù validità è perchè',
  ),
  latin('Dutch', 'àéèëïöüĳ', 'één café crème geïnd categorieën ideeën cliënt financiële reünie coördinatie'),
  latin(
    'Swedish',
    'åäöé',
    'öl bröd mjölk kött smör grädde får på är för växel köp återbetalning ägg äpple hjärtligt öre öppet välkommen åter öppettider kassör försäljning köpet',
  ),
  latin(
    'Danish or Norwegian',
    'æøåé',
    'øl brød smør kød på æg beløb køb åbningstider åpningstider pålæg fløde grønt grønsager grønnsaker smørbrød være åben åpent også før år kjøp hakkekød rødvin pølse pølser',
  ),
  latin(
    'Finnish',
    'äöå',
    'leipä yhteensä käteinen hyvää päivää päivä määrä tämä kiitämme käynnistä liikeyö myyjä vähennys jäätelö ylöjärvi tärkeää säilytä päiväys vähittäis tähän',
  ),
  latin(
    'Polish',
    'ąćęłńóśźż',
    'masło płatność sprzedaż gotówka złoty dziękujemy ilość łącznie bułka jabłko mięso wędlina śmietana żółty podatków sprzedaży łódź kraków została wartość należność płatnicza zakupów wódka książka mąka żytni śmietanka świeże przyjdź',
  ),
  latin(
    'Czech',
    'áčďéěíňóřšťúůýž',
    'děkujeme nákup účtenka zboží mléko máslo sýr rohlík hotově kč částka množství daň pokladní zpět dič ičo číslo káva čaj šunka dobrý přijďte těšíme dnů platební české chléb',
  ),
  latin(
    'Slovak',
    'áäčďéíĺľňóôŕšťúýž',
    'ďakujeme nákup hotovosť daň základ číslo účtenka káva čaj šunka dič ičo dobrý výdavok vrátené deň predajňa pokladňa položka čerstvé pekáreň bryndzové',
  ),
  latin(
    'Hungarian',
    'áéíóöőúüű',
    'összesen készpénz áfa köszönjük vásárlást bankkártya visszajáró összeg végösszeg fizetendő kenyér fehér túró vödör áru cím adószám adóügyi egység mennyiség kártya kávé tejföl zöldség gyümölcs húsáru dátum idő sör részösszeg',
  ),
  latin(
    'Romanian',
    'ăâîșțşţ',
    'vă mulțumim mulţumim pâine preț preţ bucată unități plată și şi înapoi brânză ceapă apă chitanță chitanţă vânzare casă roșii roşii cumpărături',
  ),
  latin(
    'Croatian or Slovene',
    'čćđšž',
    'račun plaćanje plaćeno način šunka čokolada sveže svježe šifra živila znižanje plačilo plačano količino kupčev še več dobrodošli što žita računa poreč narančasti naranča već',
  ),
  latin(
    'Turkish',
    'çğıöşüâîû',
    'teşekkür teşekkürler fiş müşteri ödeme üstü süt çay şeker yoğurt tutarı satış alışveriş günler kuruş türk adı sıra ürün fiyatı şubesi kartı',
  ),
  latin(
    'Baltic',
    'āčēģīķļņšūžąęėįųõäöü',
    'kvīts čeks kopā apmaksāts pārdevējs latvijā aciū ačiū už pirkinį iš mokėti grąža čekis pardavėjas sūris šviežias kõik käibemaks tänan täname jäätis või müüja',
  ),
  alphabet(
    'Russian',
    CYRILLIC,
    RUSSIAN,
    'молоко хлеб сыр масло чай кофе сахар мясо колбаса вода сок рыба яйцо яблоки картофель конфеты водка пиво итог итого сумма наличные наличными безналичными сдача кассир чек кассовый касса спасибо покупку скидка ндс товар цена количество приход возврат магазин адрес инн смена дата время карта картой оплата получено всего к оплате за ждем снова документ продажа шт кг руб батон шоколад печенье',
  ),
  alphabet(
    'Ukrainian',
    CYRILLIC,
    'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
    'молоко хліб сир масло чай кава цукор ковбаса вода сік риба пиво сума разом всього готівка готівкою решта касир чек каса дякуємо покупку знижка пдв товар ціна кількість магазин адреса картка карткою оплата шт кг грн фіскальний батон шоколад печиво дата час до сплати',
  ),
  alphabet(
    'Bulgarian',
    CYRILLIC,
    'абвгдежзийклмнопрстуфхцчшщъьюя',
    'мляко хляб сирене кашкаво масло чай кафе захар месо вода сок риба бира обща сума общо брой в касиер бон фискален благодарим отстъпка ддс стока цена количество магазин адрес карта дата час булстат шоколад кисело еик артикул лв',
  ),
  alphabet(
    'Serbian or Macedonian',
    CYRILLIC,
    'абвгдђѓежзѕијкќлљмнњопрстћуфхцчџш',
    'млеко хлеб леб сир маслац кафа шећер шеќер месо вода сок риба пиво рачун сметка готовина готовински укупно вкупно износ касир хвала благодариме попуст пдв ддв роба цена количина продавница адреса картица картичка датум време порез',
  ),
  alphabet(
    'Greek',
    /\p{Script=Greek}/u,
    'αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς',
    'σύνολο συνολο μετρητά μετρητα φπα ευχαριστούμε ευχαριστουμε απόδειξη αποδειξη ρέστα ρεστα ψωμί ψωμι γάλα γαλα καφές καφες τυρί τυρι λάδι λαδι κρασί κρασι νερό νερο ποσότητα ποσοτητα τιμή τιμη ταμείο ταμειο αφμ δου κάρτα καρτα ώρα ωρα ημερομηνία ημερομηνια είδος ειδος έκπτωση εκπτωση αξία αξια τεμ',
  ),
  alphabet(
    'Hebrew',
    /\p{Script=Hebrew}/u,
    'אבגדהוזחטיךכלםמןנסעףפץצקרשת',
    'סהכ מזומן מעמ תודה קבלה חשבונית חלב לחם גבינה קפה מחיר כמות קופה תאריך שעה עודף אשראי הנחה פריט',
  ),
  alphabet(
    'Arabic',
    /\p{Script=Arabic}/u,
    null,
    'المجموع شكرا الضريبة نقدا السعر الكمية حليب خبز فاتورة التاريخ الوقت الباقي بطاقة خصم',
  ),
  alphabet(
    'Thai',
    /\p{Script=Thai}/u,
    null,
    'รวม เงินสด เงินทอน ขอบคุณ ใบเสร็จ ราคา จำนวน นม ขนมปัง กาแฟ ภาษี วันที่ เวลา ส่วนลด บาท',
  ),
  alphabet(
    'Chinese',
    /\p{Script=Han}/u,
    null,
    '合计 总计 金额 数量 单价 现金 找零 谢谢 欢迎 光临 收银 小票 会员 优惠 折扣 日期 时间 电话 地址 商品 品名 微信 支付宝 应收 实收 牛奶 面包 啤酒 合計 總計 金額 數量 單價 現金 謝謝 歡迎 收銀 會員 優惠 電話 統一編號 發票 麵包',
  ),
  alphabet(
    'Japanese',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u,
    null,
    '合計 小計 お預り お釣り 現金 領収書 レシート ありがとう ございました 税込 消費税 内税 点数 牛乳 パン 担当 電話 店 円',
  ),
  alphabet(
    'Korean',
    /\p{Script=Hangul}/u,
    null,
    '합계 현금 카드 거스름돈 감사합니다 영수증 부가세 금액 수량 단가 우유 빵 커피 결제 승인 매장 전화 할인',
  ),
]
