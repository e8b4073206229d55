import type { Tender } from '../../../shared/events.ts'
import { sum } from '../../../shared/money.ts'
import { plainWords } from './plain-words.ts'

type Kind = Tender['kind']

/** Names of payments as tills of many countries print them, without accents. `whole`: only if nothing but digits is beside it. */
interface TenderWords {
  readonly kind: Kind | 'rounding'
  readonly within: string
  readonly whole: string
}

const split = (words: string) => words.split(',').map(word => word.trim())

/** The first that fits counts: a gift card is a voucher, though its name has a card in it. */
const WORDS: readonly TenderWords[] = [
  {
    kind: 'rounding',
    within:
      'rounding,rundung,avrundning,oresavrundning,afrunding,oreafrunding,oresutjevning,pyoristys,yuvarlama,rotunjire,στρογγυλοποίηση,ümardus,arrondi,arrotondamento,redondeo,arredondamento,afronding,zaokrouhleni,zaokraglenie,kerekites,zaokruzivanje',
    whole: '',
  },
  {
    kind: 'voucher',
    within:
      'gift card,giftcard,gift certificate,voucher,store credit,credit note,credit memo,refund memo,customer credit,gutschein,geschenkkarte,geschenkgutschein,cheque cadeau,carte cadeau,bon d achat,avoir,buono,buono regalo,carta regalo,vale,tarjeta regalo,cadeaubon,cadeaukaart,waardebon,presentkort,gavekort,lahjakortti,tegoedbon,cartao presente,bon podarunkowy,karta podarunkowa,darkovy poukaz,poukaz,utalvany,loyalty,loyalty points,punkte,edenred,sodexo,pluxee,ticket restaurant,cheque vacances,cheques vacances,cheque dejeuner,cheques dejeuner,cheque cadhoc,titre restaurant,titres restaurant,商品券,ギフト券,ギフトカード,ポイント,ポイント利用,ポイント払い,hediye çeki,hediye kartı,yemek çeki,yemek kartı,tichet de masă,tichete de masă,tichet cadou,tichete cadou,card cadou,δωροεπιταγή,δωροκάρτα,poklon kartica,poklon bon,darovni bon,vrijednosni bon,kinkekaart',
    whole: 'bon,gavecard',
  },
  { kind: 'card', within: 'check card,checkcard,cheque card,cheque guarantee card', whole: '' },
  { kind: 'cheque', within: 'cheque,check,scheck,assegno,talon,小切手,επιταγή', whole: '' },
  {
    kind: 'account',
    within:
      'on account,crediário,fiado,account,auf rechnung,rechnung,lieferschein,house account,tab,a credit,en compte,sur compte,op rekening,rekening,fattura,faktura,lasku,a cuenta,cuenta,layby,room charge,zimmer,掛売,掛売り,掛け売り,売掛,請求書払い,veresiye,açık hesap,cari hesap,pe credit,επί πιστώσει,na odgodu,arvega',
    whole: 'kredit',
  },
  {
    kind: 'bank',
    within:
      'bank transfer,tikkie,wire transfer,uberweisung,vorkasse,lastschrift,sepa,virement,prelevement,bonifico,transferencia,overschrijving,bankoverforing,przelew,prevod,tilisiirto,ach,iban,giro,multibanco referencia,銀行振込,振込,振り込み,havale,banka havalesi,transfer bancar,ordin de plată,virament,τραπεζική κατάθεση,κατάθεση,έμβασμα,virman,transakcijski račun,bankovna doznaka,pangaülekanne,ülekanne',
    whole: '',
  },
  {
    kind: 'card',
    within:
      'card,карта,картка,карткою,картой,банківська картка,iris,iris payments,visa,mastercard,master card,shopify payments,maestro,vpay,v pay,amex,american express,diners,discover,jcb,unionpay,union pay,eftpos,eft,credit,debit,cash app,girocard,ec karte,ec cash,karte,kartenzahlung,kreditkarte,kartya,bankkartya,carte,carte bancaire,carta,carta di credito,bancomat,pagamento elettronico,tarjeta,cartao,karta,kartou,platebni karta,kort,betalkort,kortti,pankkikortti,dankort,bankaxept,bancontact,betaalkaart,pinpas,interac,mada,elo,mir,rupay,apple pay,google pay,samsung pay,contactless,kontaktlos,twint,swish,vipps,mobilepay,mobile pay,blik,bizum,satispay,paypal,klarna,alipay,wechat,wechat pay,payconiq,ideal,wero,postcard,post finance card,postfinance,sumup,zettle,square,stripe,terminal,pix,upi,paytm,mb way,multibanco,tap to pay,afterpay,zip,cartes bancaires,kredi karti,banka karti,クレジット,クレジットカード,クレカ,カード,カード払い,デビット,デビットカード,電子マネー,交通系,交通系ic,交通系電子マネー,paypay,suica,pasmo,icoca,waon,nanaco,楽天edy,edy,quicpay,d払い,au pay,line pay,メルペイ,楽天ペイ,qr決済,qrコード決済,コード決済,バーコード決済,πιστωτική κάρτα,κάρτα,χρεωστική κάρτα,kartica,kartice,karticom,kaardimakse,kreditna kartica,debitna kartica,kartično,kaart,kaardiga,pangakaart,krediitkaart,deebetkaart',
    whole: 'ec,cb,pin,cc,tpv,cartes',
  },
  {
    kind: 'cash',
    within:
      'cash,comptant,argent comptant,наличные,наличными,bargeld,barzahlung,geg bar,ruckgeld,especes,espece,liquide,contanti,contante,efectivo,metalico,dinheiro,numerario,contant,kontant,kontanter,kontanten,kateinen,gotowka,hotove,hotovost,keszpenz,gotovina,numerar,nakit,tunai,cash sale,change,change given,monnaie,rendu,resto,cambio,wisselgeld,vaxel,現金,現金払い,現金支払い,peşin,numerar,cash lei,μετρητά,μετρητοίς,gotovina,gotovinom,sularaha,sularahas,készpénzes,készpénzben,готівка,готівкою,в брой',
    whole: 'bar,kas,kassa,contado',
  },
  {
    kind: 'free',
    within: 'complimentary,free of charge,on the house,gratis,kostenlos,offert,omaggio,ikram',
    whole: '',
  },
  {
    kind: 'other',
    within: 'other tender,other payment,sonstige,sonstiges,autre',
    whole: 'other,misc,altro,otro,anders',
  },
]

const KNOWN = WORDS.map(({ kind, within, whole }) => ({
  kind,
  within: split(within).map(word => ` ${plainWords(word, { digits: false })} `),
  whole: new Set(split(whole).filter(word => word !== '')),
}))

const CURRENCIES: ReadonlySet<string> = new Set(
  Intl.supportedValuesOf('currency').map(code => code.toLowerCase()),
)

const NOT_CASH = [' non cash ', ' noncash ', ' not cash ', ' nicht bar ', ' non especes ', ' sin efectivo ']

/** The kind of payment that a name means, by the settings first and else by known words; null: neither knows it. */
export function tenderMeant(name: string, said: Readonly<Record<string, Kind>>): Kind | 'rounding' | null {
  const own = Object.entries(said).find(([each]) => each.toLowerCase() === name.toLowerCase())
  if (own !== undefined) return own[1]
  const parts = name.split(/[,+&;]/).map(part => kindOf(part))
  // `Cash, Card`: how much was paid in which way can't be told
  if (new Set(parts.filter(part => part !== null)).size > 1) return null
  return kindOf(name)
}

/** `現金支払額`, `カード決済額`: Japanese writes the amount paid behind the way, without a blank. */
const AMOUNT = /(?<=\p{L})(?:(?<!現)金額|額)$/u
const OF_PAYMENT = /(?<=\p{L})(?:お?支払い?|決済|利用|入金)$/u

function kindOf(name: string): Kind | 'rounding' | null {
  const plain = plainWords(name, { digits: false })
  const amount = plain.replace(AMOUNT, '')
  return kindIn(plain) ?? kindIn(amount) ?? kindIn(amount.replace(OF_PAYMENT, ''))
}

function kindIn(written: string): Kind | 'rounding' | null {
  // `Bar CHF`, `EUR Kassa`: a currency says nothing of the way
  const plain = written
    .split(' ')
    .filter(word => !CURRENCIES.has(word))
    .join(' ')
  const spaced = ` ${written} `
  // it says only what it is not: a person says what it is
  if (NOT_CASH.some(words => spaced.includes(words))) return null
  const found = KNOWN.find(
    ({ within, whole }) => whole.has(plain) || within.some(word => spaced.includes(word)),
  )
  return found?.kind ?? null
}

/** A payment as a file names it, before the rounding of cash is told apart. Amount in minor units. */
interface NamedPayment {
  readonly kind: Kind | 'rounding'
  readonly name: string
  readonly amount: number
}

/** Tells the payments of a receipt from what the file writes as a payment but is the rounding of cash; null: it writes no such payment. */
export function withoutRounding(told: readonly NamedPayment[]): {
  readonly tenders: readonly { readonly kind: Kind; readonly name: string; readonly amount: number }[]
  readonly rounded: number | null
} {
  const tenders = told.flatMap(({ kind, name, amount }) =>
    kind === 'rounding' || amount === 0 ? [] : [{ kind, name, amount }],
  )
  const rounding = told.filter(({ kind }) => kind === 'rounding')
  return { tenders, rounded: rounding.length === 0 ? null : sum(rounding.map(each => each.amount)) }
}
