const en = {
  loading: 'Asking Tillbridge on this till…',
  failed: 'Tillbridge on this till does not answer',
  failedMeaning:
    'Orders cannot be shown now; sales are still recorded by the POS and nothing is lost. Ask IT to start Tillbridge on this PC, then try again.',
  notOpened: {
    title: 'Open the till page from Tillbridge',
    why: "This tab does not have access: it was not opened with a link, or its link was used before. Access is limited to protect your customers' data.",
    link: 'On the till PC, open the link that one of these commands prints. Each link opens one tab:',
    or: 'or',
    again: 'Try again',
  },
  place: (store: string, till: string) => `${store} · ${till}`,
  menu: 'Name, language, colours',
  help: 'Keys of this page',
  dismiss: 'Dismiss',
}
const de: typeof en = {
  loading: 'Tillbridge an dieser Kasse wird gefragt …',
  failed: 'Tillbridge an dieser Kasse antwortet nicht',
  failedMeaning:
    'Bestellungen können gerade nicht gezeigt werden; die Kasse zeichnet Verkäufe weiter auf, nichts geht verloren. Bitte die IT, Tillbridge auf diesem PC zu starten, dann noch einmal versuchen.',
  notOpened: {
    title: 'Bitte die Kassenseite aus Tillbridge öffnen',
    why: 'Dieser Tab ist nicht freigegeben: Er wurde nicht mit einem Link geöffnet, oder der Link wurde schon benutzt. Der Zugriff ist beschränkt, um Kundendaten zu schützen.',
    link: 'Am Kassen-PC den Link öffnen, den einer dieser Befehle ausgibt. Jeder Link öffnet einen Tab:',
    or: 'oder',
    again: 'Noch einmal versuchen',
  },
  place: (store, till) => `${store} · ${till}`,
  menu: 'Name, Sprache, Farben',
  help: 'Tasten dieser Seite',
  dismiss: 'Ausblenden',
}
export const appMessages = { en, de }
