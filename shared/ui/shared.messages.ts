const en = {
  loading: 'Loading…',
  takesLong: 'This takes longer than usual.',
  takesTooLong: 'Still nothing. Reloading the page often helps; nothing is lost by it.',
  reload: 'Reload the page',
  crashed: 'This page has stopped working.',
  crashedMeaning: 'Nothing is lost: what was pressed before is saved. Reload the page to go on.',
  tryAgain: 'Try again',
  details: 'Details',
  close: 'Close',
  language: 'Language',
  colours: 'Colours',
  coloursAuto: 'Match system',
  coloursLight: 'Light',
  coloursDark: 'Dark',
}
const de: typeof en = {
  loading: 'Wird geladen …',
  takesLong: 'Das dauert länger als sonst.',
  takesTooLong: 'Immer noch nichts. Oft hilft es, die Seite neu zu laden; dabei geht nichts verloren.',
  reload: 'Seite neu laden',
  crashed: 'Diese Seite funktioniert gerade nicht.',
  crashedMeaning:
    'Nichts ist verloren: Was vorher gedrückt wurde, ist gespeichert. Laden Sie die Seite neu, dann geht es weiter.',
  tryAgain: 'Noch einmal versuchen',
  details: 'Einzelheiten',
  close: 'Schließen',
  language: 'Sprache',
  colours: 'Farben',
  coloursAuto: 'Wie System',
  coloursLight: 'Hell',
  coloursDark: 'Dunkel',
}
export const sharedMessages = { en, de }
