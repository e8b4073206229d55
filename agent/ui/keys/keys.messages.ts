interface KeyWords {
  title: string
  rows: [string, string][]
  scanner: string
}

const en: KeyWords = {
  title: 'Keys',
  rows: [
    ['/', 'Search or scan'],
    ['Up / Down', 'Go from order to order'],
    ['Right', "Go to the order's button"],
    ['Enter', 'Open the order, or press the button'],
    ['Esc', 'Back'],
    ['?', 'This list'],
  ],
  scanner: 'A scanner works at any time: scan an order or an item.',
}
const de: KeyWords = {
  title: 'Tasten',
  rows: [
    ['/', 'Suchen oder scannen'],
    ['Auf / Ab', 'Von Bestellung zu Bestellung'],
    ['Rechts', 'Zum Knopf der Bestellung'],
    ['Eingabe', 'Bestellung öffnen oder Knopf drücken'],
    ['Esc', 'Zurück'],
    ['?', 'Diese Liste'],
  ],
  scanner: 'Der Scanner geht immer: Bestellung oder Artikel scannen.',
}
export const keyMessages = { en, de }
