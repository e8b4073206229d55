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
}
export const slipMessages = { en, de }
