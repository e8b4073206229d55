/** Words that receipts print beside a sale's facts, in English, German, French, Spanish, Italian, Dutch and Portuguese. */

const words = (text: string): readonly string[] => text.split(',').map(word => word.trim())

/** Labels beside amounts, in the order in which a line is tried: `Total VAT` is a tax, `Sub-total` a subtotal. */
export const amountLabels = {
  subtotal: words(
    'subtotal,sub total,sub-total,goods total,net total,zwischensumme,zw.summe,warenwert,sous-total,sous total,total ht,' +
      'total partiel,subtotale,totale parziale,subtotaal,tussentotaal,sub-total',
  ),
  change: words(
    'change,change due,cash back,rückgeld,rueckgeld,wechselgeld,zurück,zurueck,rendu,monnaie,à rendre,a rendre,' +
      'monnaie rendue,cambio,su cambio,vuelto,devolución,resto,wisselgeld,terug,retour,troco',
  ),
  rounding: words(
    'rounding,round off,rundung,rundungsdifferenz,arrondi,redondeo,arrotondamento,afronding,arredondamento',
  ),
  discount: words(
    'discount,disc,rebate,savings,coupon,multibuy,promotion,rabatt,nachlass,preisnachlass,aktion,coupon,remise,réduction,' +
      'reduction,promo,descuento,dto,sconto,korting,actie,desconto',
  ),
  tax: words(
    'tax,vat,sales tax,gst,hst,pst,a local tax,mwst,mwst.,ust,ust.,mehrwertsteuer,umsatzsteuer,steuer,tva,dont tva,iva,' +
      'btw,imposto,taxe,taxes,impuestos,total tax,total vat,incl. vat,includes vat,vat included,inkl. mwst,inkl. mwst.,incl. btw,' +
      'enth. mwst,enthaltene mwst,summe mwst,total tva,di cui iva,waarvan btw',
  ),
  cash: words(
    'cash,tendered,cash tendered,cash paid,bar,bargeld,barzahlung,gegeben,gegeben bar,bar gegeben,espèces,especes,reçu,' +
      'efectivo,entregado,contanti,contante,contant,numerário,numerario,dinheiro',
  ),
  card: words(
    'card,credit card,debit card,visa,mastercard,master card,maestro,amex,american express,eftpos,contactless,debit,credit,' +
      'karte,ec-karte,ec karte,ec-cash,girocard,kreditkarte,kartenzahlung,carte,carte bancaire,cb,tarjeta,tarjeta crédito,' +
      'carta,carta di credito,bancomat,pin,pinnen,pinpas,multibanco,cartão,cartao,card sale',
  ),
  cheque: words('cheque,check,scheck,chèque,assegno'),
  voucher: words(
    'voucher,gift card,giftcard,gutschein,geschenkkarte,bon d’achat,carte cadeau,vale,buono,cadeaubon,cadeaukaart',
  ),
  account: words('on account,account,auf rechnung,kundenkonto,en compte,a cuenta,op rekening'),
  total: words(
    'total,grand total,balance due,amount due,total due,balance,to pay,amount,total amount,summe,gesamt,gesamtsumme,' +
      'gesamtbetrag,zu zahlen,betrag,endbetrag,total ttc,à payer,a payer,net à payer,net a payer,montant,total à payer,' +
      'total a pagar,importe,importe total,totale,totale complessivo,da pagare,importo,totaal,te betalen,totaalbedrag,a pagar',
  ),
} as const
export type AmountLabel = keyof typeof amountLabels

export const receiptLabels = words(
  'receipt,order,invoice,sales invoice,ticket,transaction,trans,txn,bill,refund,bon,kassenbon,beleg,rechnung,quittung,' +
    'belegnr,bonnr,rechnungsnr,facture,reçu,recu,factura,recibo,tique,scontrino,documento,doc,ricevuta,bonnummer,kassabon,' +
    'factuur,fatura,fatura simplificada,talão',
)
export const tillLabels = words('till,terminal,register,pos,kasse,kassa,caisse,caja,cassa,caixa,station,lane')
export const staffLabels = words(
  'served by,cashier,operator,clerk,staff,server,es bediente sie,bediener,kassierer,kassiererin,bedienung,verkäufer,' +
    'vendeur,vendeuse,caissier,servi par,cajero,cajera,le atendió,atendido por,vendedor,operatore,cassiere,medewerker,' +
    'kassamedewerker,operador',
)
/** Words between a label and its number. */
export const fillers: ReadonlySet<string> = new Set(words('no,nr,number,nummer,num,n,n°,nº,id,ref,#'))

export const weekdays: ReadonlySet<string> = new Set(
  words(
    'monday,tuesday,wednesday,thursday,friday,saturday,sunday,mon,tue,wed,thu,fri,sat,sun,montag,dienstag,mittwoch,' +
      'donnerstag,freitag,samstag,sonntag,mo,di,mi,do,fr,sa,so,lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche,lunes,' +
      'martes,miércoles,jueves,viernes,sábado,domingo,lunedì,martedì,mercoledì,giovedì,venerdì,sabato,domenica,maandag,' +
      'dinsdag,woensdag,donderdag,vrijdag,zaterdag,zondag,segunda,terça,quarta,quinta,sexta',
  ),
)

export const notSaleLabels = {
  copy: words(
    'copy,customer copy,merchant copy,duplicate,reprint,kopie,duplikat,duplicata,copie,copia,duplicado,segunda via',
  ),
  training: words(
    'training,training mode,schulung,übung,trainingsmodus,formation,formación,addestramento,treinamento',
  ),
  void: words('void,voided,cancelled,storniert,storno,annulé,anulado,annullato,geannuleerd'),
  report: words(
    'z report,x report,z-report,x-report,z-bericht,x-bericht,tagesabschluss,close cash,rapport z,informe z',
  ),
} as const

/** Letters and digits of a label alone, lower case: `Bon-Nr.:` is `bon nr`. */
export function plainLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}%°º#]+/gu, ' ')
    .trim()
}

const plainLabels = Object.entries(amountLabels).map(
  ([label, phrases]) => [label as AmountLabel, new Set(phrases.map(plainLabel))] as const,
)

/** What a label beside an amount means; null when these words don't know it: it may be an item's name. */
export function amountLabel(text: string): AmountLabel | null {
  const plain = plainLabel(text)
    .replace(/^\d{1,3} /, '') // a count of items
    .replace(/\b(eur|usd|gbp|chf)\b/g, '')
    .replace(/\d+ ?%|%/g, '')
    .replace(/ +/g, ' ')
    .trim()
  for (const [label, phrases] of plainLabels) if (phrases.has(plain)) return label
  const heads = plain.split(' ')
  for (const [label, phrases] of plainLabels)
    if (label === 'tax' || label === 'discount') {
      if (phrases.has(heads[0] ?? '') || phrases.has(heads.slice(0, 2).join(' '))) return label
    }
  return /^(total|summe|gesamt\w*|totale|totaal)\b/.test(plain) && heads.length <= 4 ? 'total' : null
}
