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
    ['Enter', 'Open the order; on its page: the button at the bottom right'],
    ['+ / -', 'Count one item, or take one back'],
    ['U', 'Undo the last step, for 8 seconds'],
    ['Esc', 'Back'],
    ['?', 'This list'],
  ],
  scanner: 'A scanner works at any time: scan an order or an item.',
  trap: {
    layout:
      "The scanner and this computer use different keyboard layouts. We corrected the code. Ask IT to fix the scanner's keyboard setting.",
    'caps-lock': 'Caps Lock is on, so the scanner types the wrong letters. Switch it off and scan again.',
  },
}
const de: KeyWords = {
  title: 'Tasten',
  rows: [
    ['/', 'Suchen oder scannen'],
    ['Auf / Ab', 'Von Bestellung zu Bestellung'],
    ['Rechts', 'Zum Knopf der Bestellung'],
    ['Eingabe', 'Bestellung öffnen; auf ihrer Seite: der Knopf unten rechts'],
    ['+ / -', 'Einen Artikel zählen oder zurücknehmen'],
    ['U', 'Letzten Schritt rückgängig machen, 8 Sekunden lang'],
    ['Esc', 'Zurück'],
    ['?', 'Diese Liste'],
  ],
  scanner: 'Der Scanner geht immer: Bestellung oder Artikel scannen.',
  trap: {
    layout:
      'Scanner und Computer verwenden unterschiedliche Tastaturbelegungen. Der Code wurde korrigiert. Bitte die Scanner-Einstellung von der IT anpassen lassen.',
    'caps-lock':
      'Die Feststelltaste ist an, deshalb liefert der Scanner falsche Buchstaben. Bitte ausschalten und noch einmal scannen.',
  },
}
export const keyMessages = { en, de }
