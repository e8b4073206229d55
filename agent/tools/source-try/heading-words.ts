import type { CsvColumns } from '../../sources/sales-files/csv/column-headings.ts'
import { plainWords } from '../../sources/sales-files/plain-words.ts'

/** A column of the settings, or one that only tells how to read the others. */
export type Field = Exclude<keyof CsvColumns, 'tenders'> | 'currency'

/**
 * What exports call their columns, by field: English first, then German, French, Italian, Spanish, Portuguese, Dutch, Nordic
 * and Polish. Lower case, without accents and signs. Earlier words are preferred where a file has several of them.
 */
const WORDS: Readonly<Record<Field, string>> = {
  receipt: `receipt number, receipt no, receipt nr, receipt id, receipt, transaction id, transaction number, transaction no, trans no,
    trans, sale id, sale number, sale no, order number, order no, order id, check number, check no, check id, invoice number, invoice no,
    invoice id, invoice, ticket number, ticket no, ticket id, ticket, bill number, bill no, docket, docket number, payment id, transaction, order, check, name,
    belegnummer, beleg nr, belegnr, beleg, bonnummer, bon nr, bonnr, bon, bon id, rechnungsnummer, quittung, quittungsnummer, transaktionsnummer,
    transaktions id, vorgang, vorgangsnummer, numero de ticket, n ticket, no ticket, numero ticket, recu, numero de recu, numero de vente,
    scontrino, numero scontrino, n scontrino, documento, numero documento, n documento, factura, numero factura, numero de factura, recibo,
    numero de recibo, fatura, numero da fatura, bonnummer, kassabon, transactienummer, kvitto, kvittonr, kvittonummer, kvittering, kvitteringsnr,
    bilagsnummer, bilagsnr, kuitti, kuittinumero, paragon, nr paragonu, numer paragonu, numer transakcji`,
  receiptNumber: '',
  date: `date and time, date time, datetime, sold at, created at, completed at, closed at, sale date, receipt date, transaction date, transaction time,
    order date, opened, timestamp, date, paid at, day, datum und uhrzeit, datum uhrzeit, zeitpunkt, zeitstempel, datum zeit, datum, belegdatum, verkaufsdatum,
    date et heure, date heure, date de vente, data e ora, data ora, data, fecha y hora, fecha hora, fecha, data e hora, data hora,
    datum en tijd, datum tijd, datum och tid, dato og tid, dato, paivamaara, pvm, data i godzina`,
  time: 'time, sale time, uhrzeit, zeit, heure, ora, hora, tijd, tid, kellonaika, klo, klokkeslett, klokkeslaet, godzina',
  businessDate:
    'business date, business day, trading day, buchungstag, geschaftstag, kassentag, journee comptable',
  till: `till, register, register name, pos, pos name, device name, device, terminal, terminal id, workstation, station, cash register, kasse, kassennummer,
    kassen nr, kassennr, kassenname, caisse, cassa, caja, caixa, kassa, kassanr, kasa, nr kasy`,
  staff: `staff, staff name, cashier, cashier name, employee, employee name, clerk, user, user name, sales person, salesperson, sold by, server, operator,
    mitarbeiter, bediener, kassierer, verkaufer, benutzer, konto, vendeur, caissier, employe, operatore, cassiere, addetto, vendedor, cajero, empleado, operador, medewerker, kassamedewerker, verkoper,
    kassor, saljare, ekspedient, medarbejder, sprzedawca, kasjer`,
  warehouse: `store, store name, location, location name, outlet, outlet name, branch, site, shop, warehouse, filiale, standort, lager, betriebsstatte, magasin, boutique, point de vente,
    negozio, punto vendita, magazzino, tienda, sucursal, almacen, loja, winkel, vestiging, filiaal, butik, butikk, sklep, magazyn`,
  type: `receipt type, transaction type, sale type, event type, order type, document type, kind, type, line type, belegart, vorgangsart, vorgangstyp, transaktionsart, buchungsart, geschaftsfall,
    typ, art, type de vente, type d operation, type de transaction, tipo, tipo documento, tipo operazione, tipo de venta, tipo de operacion, transactietype, soort, typ transakcji`,
  status:
    'status, receipt status, order status, sale status, state, payment status, financial status, zustand, etat, statut, stato, estado, tila',
  line: `line, line no, line number, line item, item no in receipt, position, pos nr, posnr, positionsnummer, zeile, zeilennummer, ligne, no ligne, riga, linea, linha, regel, regelnummer, rad, radnummer, linje, pozycja`,
  sku: `sku, item sku, product sku, variant sku, lineitem sku, item code, product code, item number, item no, item id, stock code, article number, article no, article code, plu, code, product id, style number, part number, reference, ref,
    artikelnummer, artikelnr, artikel nr, artikel, art nr, artnr, artikelcode, produktnummer, warennummer, reference article, code article, ref article, codice, codice articolo, cod articolo, referencia, codigo, codigo articulo, codigo producto, codigo de articulo, artigo, codigo do artigo,
    artikelkod, varenummer, varenr, vare nr, tuotekoodi, tuotenumero, kod towaru, kod produktu, indeks`,
  barcode:
    'barcode, bar code, ean, ean code, ean13, upc, gtin, isbn, item barcode, strichcode, strichcode ean, code barre, code barres, codice a barre, codigo de barras, streckkod, stregkode, strekkode, viivakoodi, kod kreskowy',
  title: `item, item name, product, product name, description, item description, product title, lineitem name, title, article, name, details, bezeichnung, artikelbezeichnung, artikelname, produkt, produktname, beschreibung, text, ware, designation, libelle, article designation, produit,
    descrizione, articolo, prodotto, descripcion, articulo, producto, nombre, descricao, produto, omschrijving, product omschrijving, artikelomschrijving, benamning, artikelnamn, varenavn, vare, beskrivelse, beskrivning, tuote, tuotenimi, nazwa, nazwa towaru, opis`,
  quantity: `quantity, qty, units, item quantity, lineitem quantity, quantity sold, items sold, qty sold, count, number of items, menge, anzahl, stuck, stk, stuckzahl, quantite, qte, quantita, qta, q ta, cantidad, cant, unidades, quantidade, qtd, aantal, hoeveelheid, antal, antall, maara, kpl, ilosc`,
  amount: `net sales, line total, line amount, item total, total price, extended price, extended amount, item amount, subtotal, line subtotal, amount, net amount, net, gross amount, gross, gross sales, sales, sales amount, total, revenue, price total,
    betrag, gesamtpreis, zeilenbetrag, positionsbetrag, summe, nettobetrag, netto, bruttobetrag, brutto, umsatz, umsatz brutto, umsatz netto, preis gesamt, gesamt, preis brutto, preis netto, price gross, price net, montant, montant ligne, total ligne, montant ttc, montant ht, total ttc, total ht, prix total,
    importo, importo riga, totale riga, totale, importe, importe linea, total linea, valor, valor total, bedrag, regelbedrag, totaalprijs, regeltotaal, belopp, radbelopp, summa, belob, linjebelob, belop, linjesum, rivisumma, kwota, wartosc, wartosc brutto, wartosc netto`,
  price: `unit price, item price, lineitem price, price each, price per unit, selling price, price, einzelpreis, stuckpreis, ep, vk preis, preis, verkaufspreis, prix unitaire, pu, p u, prix, prezzo unitario, prezzo, precio unitario, precio, preco unitario, preco, stukprijs, eenheidsprijs, prijs,
    styckpris, a pris, apris, enhetspris, stykpris, pris, yksikkohinta, hinta, cena jednostkowa, cena`,
  discount: `discounts, discount, discount amount, line discount, total discount, item discount, lineitem discount, rabatt, nachlass, rabattbetrag, remise, montant remise, sconto, descuento, dto, desconto, korting, rabat, alennus, upust`,
  tax: `tax, taxes, tax amount, total tax, sales tax, vat, vat amount, gst, hst, tax total, item tax, line tax, steuer, steuerbetrag, mwst, mwst betrag, ust, umsatzsteuer, mehrwertsteuer, tva, montant tva, iva, importo iva, imposta, cuota iva, importe iva, impuesto, impuestos, valor iva, imposto, btw, btw bedrag, moms, momsbelop, moms belopp, momsbelob, mva, mva belop, alv, alv maara, vero, kwota vat`,
  taxName:
    'tax name, tax code, tax group, tax category, tax class, vat code, steuersatz name, steuerkennzeichen, steuerklasse, steuerschlussel, code tva, codice iva, tipo iva, btw code, momskod',
  taxRate: `tax rate, tax percent, percent tax, vat rate, vat percent, gst rate, gst percent, mwst percent, ust percent, tva percent, percent tva, iva percent, percent iva, btw percent, moms percent, mva percent, alv percent, steuersatz, mwst satz, mwst prozent, ust satz, taux tva, taux de tva, tva taux, aliquota, aliquota iva, iva porcentaje, taxa iva, btw percentage, btw tarief, momssats, moms procent, mva sats, alv prosentti, stawka vat`,
  total: `total collected, receipt total, order total, sale total, transaction total, transaction amount, check total, invoice total, grand total, total amount, amount paid, amount due, total paid, total, total sales, total inc tax, total incl tax, gross total, gesamtbetrag, gesamtsumme, summe, bonsumme, belegsumme, rechnungsbetrag, endbetrag, gesamt, total ttc, total ticket, total du ticket, totale, totale documento, totale scontrino, importo totale, total factura, importe total, total con iva, valor total, total do documento, totaal, totaalbedrag, bontotaal,
    totalt, totalbelopp, att betala, summa, total belob, sum, totalsum, loppusumma, yhteensa, razem, suma, do zaplaty`,
  rounding: `rounding, cash rounding, rounding amount, rundung, rundungsbetrag, rundungsdifferenz, arrondi, arrotondamento, redondeo, arredondamento, afronding, avrundning, oresavrundning, afrunding, oreafrunding, oresavrunding, pyoristys, zaokraglenie`,
  rowType:
    'row type, record type, line type, entry type, satzart, zeilenart, zeilentyp, type de ligne, tipo riga, tipo de linea, regeltype, radtyp, linjetype',
  currency:
    'currency, currency code, wahrung, waehrung, devise, monnaie, valuta, divisa, moneda, moeda, valuutta, waluta',
  paid: 'paid, amount paid, payment amount, tendered, tender amount, payment, bezahlt, gezahlt, zahlbetrag, zahlung, montant paye, paye, pagato, importo pagato, pagado, importe pagado, pago, valor pago, betaald, betald, betalt, maksettu, zaplacono',
  tender: `payment type, payment method, payment methods, tender, tender type, tender name, payment, paid by, payment name, method, card brand, zahlart, zahlungsart, zahlungsmittel, zahlungsmethode, zahlungsweise, bezahlart, mode de paiement, moyen de paiement, reglement, mode de reglement, metodo di pagamento, tipo pagamento, pagamento, modalita di pagamento,
    forma de pago, metodo de pago, medio de pago, tipo de pago, forma de pagamento, metodo de pagamento, meio de pagamento, betaalwijze, betaalmethode, betaalmiddel, betalingswijze, betalsatt, betalningssatt, betalningsmetod, betalingsmate, betalingsmetode, betalingsmade, betalingsform, maksutapa, forma platnosci, sposob platnosci, metoda platnosci`,
}

const ranks: ReadonlyMap<Field, ReadonlyMap<string, number>> = new Map(
  (Object.entries(WORDS) as [Field, string][]).map(([field, words]) => [
    field,
    new Map(
      words
        .split(',')
        .map(word => word.trim().replace(/\s+/g, ' '))
        .filter(word => word !== '')
        .map((word, rank) => [word, rank] as const)
        .reverse(), // of a word that is listed twice, the first place counts
    ),
  ]),
)

/** `Total (EUR)`, `Pris SEK` */
const CURRENCY = / (?:eur|usd|gbp|chf|sek|nok|dkk|pln|czk|aud|nzd|cad|huf|ron|brl|mxn|zar|jpy|inr|euro)$/

/** Places where a heading is in a field's list of words, the best first; a field that it can't be is left out. */
export function fieldsMeant(heading: string): ReadonlyMap<Field, number> {
  const plain = plainWords(heading.replace('%', ' percent ').replace('#', ' number '))
    .replace(CURRENCY, '')
    .trim()
  const found = new Map<Field, number>()
  for (const [field, words] of ranks) {
    const rank = words.get(plain)
    if (rank !== undefined) found.set(field, rank)
  }
  return found
}
