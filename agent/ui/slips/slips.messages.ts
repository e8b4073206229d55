const en = {
  print: { 'pick-slip': 'Print pick slip', 'collection-receipt': 'Print receipt' },
  again: 'Print again',
  state: {
    queued: 'Waiting for the printer',
    sending: 'Printing…',
    printed: 'Printed',
    maybe: 'May have printed: check the printer',
    failed: 'Not printed',
  },
  failed: 'The slip could not be queued',
  noAnswer: 'Tillbridge on this till did not answer. Try again.',
}
const de: typeof en = {
  print: { 'pick-slip': 'Packzettel drucken', 'collection-receipt': 'Beleg drucken' },
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
const fr: typeof en = {
  print: {
    'pick-slip': 'Imprimer le bon',
    'collection-receipt': 'Imprimer le reçu',
  },
  again: 'Imprimer à nouveau',
  state: {
    queued: 'En attente de l’imprimante',
    sending: 'Impression…',
    printed: 'Imprimé',
    maybe: 'Peut-être imprimé : vérifiez l’imprimante',
    failed: 'Non imprimé',
  },
  failed: 'L’impression n’a pas pu être lancée',
  noAnswer: 'Tillbridge n’a pas répondu sur cette caisse. Réessayez.',
}
const es: typeof en = {
  print: {
    'pick-slip': 'Imprimir la nota',
    'collection-receipt': 'Imprimir el recibo',
  },
  again: 'Imprimir otra vez',
  state: {
    queued: 'Esperando a la impresora',
    sending: 'Imprimiendo…',
    printed: 'Impreso',
    maybe: 'Quizá impreso: mira la impresora',
    failed: 'No impreso',
  },
  failed: 'No se ha podido enviar a la impresora',
  noAnswer: 'Tillbridge no ha respondido en esta caja. Vuelve a intentarlo.',
}
export const slipPanelMessages = { en, de, fr, es }
