interface KeyWords {
  title: string
  rows: [string, string][]
  scanner: string
  trap: { layout: string; 'caps-lock': string }
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
  trap: {
    layout:
      'The scanner is set to another keyboard than this computer. The code was mended; ask IT to set the scanner.',
    'caps-lock':
      'Caps Lock is on: what the scanner types comes in the wrong letters. Switch it off and scan again.',
  },
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
  trap: {
    layout:
      'Der Scanner ist auf eine andere Tastatur eingestellt als dieser Rechner. Der Code wurde berichtigt; bitte die IT, den Scanner einzustellen.',
    'caps-lock':
      'Die Feststelltaste ist an: Der Scanner tippt falsche Buchstaben. Bitte ausschalten und noch einmal scannen.',
  },
}
export const keyMessages = { en, de }
