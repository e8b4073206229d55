const pickups = (n: number) => (n === 1 ? '1 new pickup' : `${n} new pickups`)
const abholungen = (n: number) => (n === 1 ? '1 neue Abholung' : `${n} neue Abholungen`)
const sales = (n: number) => (n === 1 ? '1 sale' : `${n} sales`)
const verkaeufe = (n: number) => (n === 1 ? '1 Verkauf' : `${n} Verkäufe`)

const en = {
  // the state, beside the clock
  upToDate: 'Up to date',
  sending: (n: number) => (n === 0 ? 'Sending changes' : `Sending ${sales(n)}`),
  connecting: 'Connecting to head office',
  offline: (n: number) =>
    n === 0 ? 'Offline, nothing is lost' : `Offline, ${sales(n)} waiting, nothing is lost`,
  attention: 'Needs attention: open Tillbridge',
  agentStopped: 'Not running: sales are not sent at the moment',
  newPickups: pickups,
  noPickups: 'No new pickups',

  // the menu
  open: 'Open Tillbridge',
  print: 'Print this page…',
  startAtLogin: 'Start when I log in',
  quit: 'Quit',

  // notices
  noticeTitle: pickups,
  noticeOrder: (order: string, units: number) => `${order} (${units === 1 ? '1 item' : `${units} items`})`,
  noticeMore: (n: number) => `and ${n} more`,
  printFailed: (why: string) => `The page was not printed: ${why}. Check the printer, then print again.`,

  // the page while the agent does not run
  notRunningTitle: 'Tillbridge is not running on this till',
  notRunning:
    'Keep selling: your POS keeps its sales, and Tillbridge reads them once it runs again. New pickups do not show until then.',
  starting: 'Starting Tillbridge…',
  start: 'Start Tillbridge',
  startFailed: (why: string) => `It did not start: ${why} Call IT.`,
  restarting: (seconds: number, why: string) =>
    `Tillbridge stopped (${why}). It starts again in ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`,
  details: 'Details for IT',

  // enrolment
  notEnrolledTitle: 'This till is not enrolled yet',
  notEnrolled: 'Ask head office for an enrolment code, then enter it here. The code works once.',
  hub: 'Address of head office',
  code: 'Code',
  enrol: 'Enrol this till',
  enrolling: 'Enrolling…',
  confirmTitle: 'Enrol this till?',
  confirm: (hub: string) =>
    `A link asks to enrol this till at ${hub}. Continue only if head office sent you the link and this is its address.`,
  cancel: 'Cancel',
  linkUnreadable: 'The link that was opened is not a valid enrolment link. Ask head office for a new one.',
  alreadyEnrolled: 'This till is already enrolled. To enrol it again, call IT.',
  enrolService: (hub: string) =>
    `On this PC, Tillbridge runs as a service, so IT enrols it: tillbridge-agent enrol --hub ${hub}`,
  codeKept:
    'Head office can’t be reached. The code is kept safely, and this app tries again when it is started.',
  codeNotKept:
    'Head office can’t be reached. This PC can’t keep the code safely, so open the link again once it is connected.',
  basicText:
    'This PC has no keyring, so the system could only hide secrets, not protect them. Nothing secret is kept.',
}
const de: typeof en = {
  upToDate: 'Alles übertragen',
  sending: n => (n === 0 ? 'Sendet Änderungen' : `Sendet ${verkaeufe(n)}`),
  connecting: 'Verbindet mit der Zentrale',
  offline: n =>
    n === 0 ? 'Offline, nichts geht verloren' : `Offline, ${verkaeufe(n)} warten, nichts geht verloren`,
  attention: 'Bitte beachten: Tillbridge öffnen',
  agentStopped: 'Läuft nicht: Verkäufe werden derzeit nicht gesendet',
  newPickups: abholungen,
  noPickups: 'Keine neuen Abholungen',

  open: 'Tillbridge öffnen',
  print: 'Diese Seite drucken …',
  startAtLogin: 'Beim Anmelden starten',
  quit: 'Beenden',

  noticeTitle: abholungen,
  noticeOrder: (order, units) => `${order} (${units} Artikel)`,
  noticeMore: n => `und ${n} weitere`,
  printFailed: why => `Die Seite wurde nicht gedruckt: ${why}. Drucker prüfen und noch einmal drucken.`,

  notRunningTitle: 'Tillbridge läuft auf dieser Kasse nicht',
  notRunning:
    'Einfach weiterverkaufen: Die Kasse behält ihre Verkäufe, und Tillbridge liest sie, sobald es wieder läuft. Neue Abholungen erscheinen bis dahin nicht.',
  starting: 'Tillbridge startet …',
  start: 'Tillbridge starten',
  startFailed: why => `Der Start ist fehlgeschlagen: ${why} IT anrufen.`,
  restarting: (seconds, why) =>
    `Tillbridge wurde beendet (${why}). Neustart in ${seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`}.`,
  details: 'Einzelheiten für die IT',

  notEnrolledTitle: 'Diese Kasse ist noch nicht angemeldet',
  notEnrolled: 'Die Zentrale gibt einen Anmeldecode aus. Diesen hier eingeben; er gilt einmal.',
  hub: 'Adresse der Zentrale',
  code: 'Code',
  enrol: 'Kasse anmelden',
  enrolling: 'Wird angemeldet …',
  confirmTitle: 'Diese Kasse anmelden?',
  confirm: hub =>
    `Ein Link will diese Kasse bei ${hub} anmelden. Nur fortfahren, wenn der Link von der Zentrale kam und das ihre Adresse ist.`,
  cancel: 'Abbrechen',
  linkUnreadable: 'Der geöffnete Link ist kein gültiger Anmeldelink. Bitte die Zentrale um einen neuen.',
  alreadyEnrolled: 'Diese Kasse ist bereits angemeldet. Für eine neue Anmeldung die IT anrufen.',
  enrolService: hub =>
    `Auf diesem PC läuft Tillbridge als Dienst, deshalb meldet die IT ihn an: tillbridge-agent enrol --hub ${hub}`,
  codeKept:
    'Die Zentrale ist nicht erreichbar. Der Code bleibt sicher gespeichert; beim nächsten Start versucht es diese App erneut.',
  codeNotKept:
    'Die Zentrale ist nicht erreichbar. Dieser PC kann den Code nicht sicher speichern; den Link bitte erneut öffnen, sobald die Verbindung steht.',
  basicText:
    'Dieser PC hat keinen Schlüsselbund; Geheimnisse wären nur versteckt, nicht geschützt. Es wird nichts Geheimes gespeichert.',
}
const desktopMessages = { en, de }
export type DesktopWords = typeof en

/** The app's words in the language of the settings, or else of the user. */
export function desktopWords(language: 'en' | 'de' | undefined, locale: string): DesktopWords {
  return desktopMessages[language ?? (locale.toLowerCase().startsWith('de') ? 'de' : 'en')]
}
