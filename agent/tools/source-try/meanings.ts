import { plainWords } from '../../sources/sales-files/plain-words.ts'

export type TypeMeaning = 'sale' | 'refund' | 'void' | 'nothing'
export type StatusMeaning = 'counts' | 'account' | 'void' | 'nothing'
export type RowMeaning = 'receipt' | 'line' | 'payment' | 'nothing'

/** What tills call a receipt's type, in the languages of `heading-words.ts`. */
const TYPES: Readonly<Record<TypeMeaning, string>> = {
  sale: `sale, sales, sold, purchase, receipt, order, charge, payment, invoice, exchange, normal, regular, verkauf, umsatz, beleg, rechnung, bon, vente, ticket, facture, achat, vendita, scontrino, venta,
    factura, venda, verkoop, forsaljning, kop, kvitto, salg, kvittering, myynti, kuitti, sprzedaz, paragon`,
  refund: `refund, refunded, return, returns, returned, credit, credit note, retoure, ruckgabe, erstattung, gutschrift, rucknahme, ruckerstattung, retour, remboursement, avoir, reso, rimborso, nota di credito, devolucion,
    reembolso, abono, devolucao, terugbetaling, retur, aterkop, aterbetalning, kreditnota, refusjon, refundering, hyvitys, palautus, zwrot`,
  void: `void, voided, cancelled, canceled, cancellation, cancel, post void, storno, storniert, stornierung, annulliert, annulation, annule, annullo, annullato, anulacion, anulado, anulada, cancelado, annulering, geannuleerd, makulerad, annulleret, annullert, mitatoity, anulowano, anulowany`,
  nothing: `training, quote, quotation, draft, proforma, pro forma, no sale, test, suspended, parked, on hold, saved, layby, lay by, layaway, open, angebot, probe, ubung, schulung, entwurf, devis, brouillon, formation, preventivo, prova, presupuesto, borrador, offerte, concept, oefening, offert, utkast, ovning, tilbud, kladde, tarjous, oferta, szkolenie`,
}

const STATUSES: Readonly<Record<StatusMeaning, string>> = {
  counts: `closed, layby closed, completed, complete, paid, done, finished, finalized, finalised, ok, approved, success, successful, captured, settled, fulfilled, active, booked, refunded, partially refunded, partially_refunded, gebucht, abgeschlossen, bezahlt, erledigt, fertig, verkauft, cloture,
    paye, payee, termine, valide, encaisse, chiuso, pagato, completato, emesso, cerrado, cerrada, pagado, pagada, completado, fechado, pago, concluido, afgerond, betaald, voltooid, gesloten, klar, betald, slutford, betalt, fullfort, afsluttet, maksettu, valmis, zaplacono, zakonczono, zamkniety`,
  account:
    'on account, onaccount, account, invoiced, auf rechnung, offen auf rechnung, en compte, a conto, a cuenta, op rekening, pa konto',
  void: TYPES.void,
  nothing: TYPES.nothing,
}

/** What tells a row's kind where lines and payments have rows of their own; the words of a payment come first. */
const ROWS: readonly (readonly [RowMeaning, string])[] = [
  [
    'payment',
    'payment, tender, zahlung, zahlart, paiement, reglement, pagamento, pago, betaling, betalning, maksu, platnosc',
  ],
  [
    'line',
    'line, item, sale line, detail, position, artikel, zeile, ligne, article, riga, articolo, linea, articulo, linha, regel, rad, linje, vare, tuote, pozycja',
  ],
  [
    'receipt',
    'sale, receipt, header, transaction, order, ticket, return, refund, beleg, bon, kopf, verkauf, vente, entete, scontrino, testata, venta, recibo, cabecera, kop, kvitto, forsaljning, salg, kuitti, paragon',
  ],
]

const listed = (words: string) => words.split(',').map(word => word.trim().replace(/\s+/g, ' '))

function lookUp<Meaning extends string>(words: Readonly<Record<Meaning, string>>) {
  const all = new Map(
    (Object.entries(words) as [Meaning, string][]).flatMap(([meaning, list]) =>
      listed(list).map(word => [word, meaning] as const),
    ),
  )
  return (text: string): Meaning | null => all.get(plainWords(text)) ?? null
}

/** What a receipt's type says; null: its word is not known. */
export const typeMeant = lookUp(TYPES)
/** What a receipt's status says; null: its word is not known. */
export const statusMeant = lookUp(STATUSES)

/** What a row is, by whole words of its type; null: none of them is known. */
export function rowMeant(text: string): RowMeaning | null {
  const spaced = ` ${plainWords(text)} `
  const found = ROWS.find(([, words]) => listed(words).some(word => spaced.includes(` ${word} `)))
  return found?.[0] ?? null
}
