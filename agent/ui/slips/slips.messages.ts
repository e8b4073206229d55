const en = {
  print: { 'pick-slip': 'Print pick slip', 'collection-receipt': 'Print receipt for the customer' },
  again: 'Print again',
  state: {
    queued: 'Waiting for the printer',
    sending: 'Printing…',
    printed: 'Printed',
    maybe: 'Perhaps printed: look at the printer',
    failed: 'Not printed',
  },
  failed: 'The slip could not be queued',
  noAnswer: 'Tillbridge on this till did not answer. Try again.',
}
const de: typeof en = {
  print: { 'pick-slip': 'Packzettel drucken', 'collection-receipt': 'Beleg für die Kundschaft drucken' },
  again: 'Noch einmal drucken',
  state: {
    queued: 'Wartet auf den Drucker',
    sending: 'Druckt …',
    printed: 'Gedruckt',
    maybe: 'Vielleicht gedruckt: bitte am Drucker nachsehen',
    failed: 'Nicht gedruckt',
  },
  failed: 'Der Zettel konnte nicht eingereiht werden',
  noAnswer: 'Tillbridge an dieser Kasse hat nicht geantwortet. Bitte noch einmal versuchen.',
}
export const slipPanelMessages = { en, de }
