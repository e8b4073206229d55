/** The words on a slip. Only characters that every code page holds. */
const en = {
  pickSlip: 'PICK',
  collectionReceipt: 'COLLECTED',
  copy: 'COPY',
  customer: 'For',
  phone: (end: string) => `phone ...${end}`,
  promisedBy: 'Ready by',
  ordered: 'Ordered',
  toPay: 'To pay',
  note: 'Note',
  sku: 'SKU',
  items: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  moreLines: (count: number) => (count === 1 ? '1 more line' : `${count} more lines`),
  collectedAt: 'Handed over',
  by: 'by',
  signature: 'Signature',
  printed: 'Printed',
  /** What its code below does. At most 32 characters, the narrowest paper. */
  command: { ready: 'All packed: scan for READY', collected: 'Handed over: scan COLLECTED' },
}
export type SlipWords = typeof en
const de: SlipWords = {
  pickSlip: 'KOMMISSIONIEREN',
  collectionReceipt: 'ABGEHOLT',
  copy: 'KOPIE',
  customer: 'Für',
  phone: end => `Telefon ...${end}`,
  promisedBy: 'Bereit bis',
  ordered: 'Bestellt',
  toPay: 'Zu zahlen',
  note: 'Notiz',
  sku: 'Art.-Nr.',
  items: count => `${count} Artikel`,
  moreLines: count => (count === 1 ? '1 weitere Zeile' : `${count} weitere Zeilen`),
  collectedAt: 'Ausgegeben',
  by: 'von',
  signature: 'Unterschrift',
  printed: 'Gedruckt',
  command: { ready: 'Gepackt: BEREIT melden', collected: 'Ausgegeben: ABGEHOLT melden' },
}
export const slipMessages = { en, de }
