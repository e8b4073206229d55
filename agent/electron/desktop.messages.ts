import { type Language, languageOfLocale } from '../../shared/languages.ts'

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
const retraits = (n: number) => (n < 2 ? `${n} nouveau retrait` : `${n} nouveaux retraits`)
const ventes = (n: number) => (n < 2 ? `${n} vente` : `${n} ventes`)
const fr: typeof en = {
  upToDate: 'À jour',
  sending: n => (n === 0 ? 'Envoi de modifications' : `Envoi de ${ventes(n)}`),
  connecting: 'Connexion au siège',
  offline: n =>
    n === 0 ? 'Hors ligne, rien n’est perdu' : `Hors ligne, ${ventes(n)} en attente, rien n’est perdu`,
  attention: 'Attention requise : ouvrez Tillbridge',
  agentStopped: 'Arrêté : les ventes ne sont pas envoyées pour le moment',
  newPickups: retraits,
  noPickups: 'Aucun nouveau retrait',

  open: 'Ouvrir Tillbridge',
  print: 'Imprimer cette page…',
  startAtLogin: 'Lancer à l’ouverture de session',
  quit: 'Quitter',

  noticeTitle: retraits,
  noticeOrder: (order, units) => `${order} (${units < 2 ? `${units} article` : `${units} articles`})`,
  noticeMore: n => `et ${n} de plus`,
  printFailed: why =>
    `La page n’a pas été imprimée : ${why}. Vérifiez l’imprimante, puis imprimez à nouveau.`,

  notRunningTitle: 'Tillbridge ne fonctionne pas sur cette caisse',
  notRunning:
    'Continuez à vendre : le logiciel de caisse garde ses ventes et Tillbridge les lira dès qu’il fonctionnera à nouveau. D’ici là, les nouveaux retraits n’apparaissent pas.',
  starting: 'Tillbridge démarre…',
  start: 'Démarrer Tillbridge',
  startFailed: why => `Le démarrage a échoué : ${why} Appelez le service informatique.`,
  restarting: (seconds, why) =>
    `Tillbridge s’est arrêté (${why}). Il redémarre dans ${seconds < 2 ? `${seconds} seconde` : `${seconds} secondes`}.`,
  details: 'Détails pour le service informatique',

  notEnrolledTitle: 'Cette caisse n’est pas encore enregistrée',
  notEnrolled: 'Demandez un code d’enregistrement au siège et saisissez-le ici. Le code sert une seule fois.',
  hub: 'Adresse du siège',
  code: 'Code',
  enrol: 'Enregistrer cette caisse',
  enrolling: 'Enregistrement…',
  confirmTitle: 'Enregistrer cette caisse ?',
  confirm: hub =>
    `Un lien demande d’enregistrer cette caisse auprès de ${hub}. Continuez seulement si le siège vous a envoyé ce lien et que c’est bien son adresse.`,
  cancel: 'Annuler',
  linkUnreadable:
    'Le lien ouvert n’est pas un lien d’enregistrement valable. Demandez-en un nouveau au siège.',
  alreadyEnrolled:
    'Cette caisse est déjà enregistrée. Pour l’enregistrer de nouveau, appelez le service informatique.',
  enrolService: hub =>
    `Sur ce PC, Tillbridge est un service : c’est le service informatique qui l’enregistre : tillbridge-agent enrol --hub ${hub}`,
  codeKept:
    'Le siège est injoignable. Le code est conservé en sécurité ; l’application réessaiera à son prochain démarrage.',
  codeNotKept:
    'Le siège est injoignable. Ce PC ne peut pas conserver le code en sécurité : rouvrez le lien une fois la connexion rétablie.',
  basicText:
    'Ce PC n’a pas de trousseau de clés : le système pourrait cacher les secrets, mais pas les protéger. Rien de secret n’est conservé.',
}
const recogidas = (n: number) => (n === 1 ? '1 recogida nueva' : `${n} recogidas nuevas`)
const ventas = (n: number) => (n === 1 ? '1 venta' : `${n} ventas`)
const es: typeof en = {
  upToDate: 'Al día',
  sending: n => (n === 0 ? 'Enviando cambios' : `Enviando ${ventas(n)}`),
  connecting: 'Conectando con la central',
  offline: n =>
    n === 0 ? 'Sin conexión, no se pierde nada' : `Sin conexión, ${ventas(n)} por enviar, no se pierde nada`,
  attention: 'Necesita atención: abre Tillbridge',
  agentStopped: 'Parado: ahora no se envían ventas',
  newPickups: recogidas,
  noPickups: 'No hay recogidas nuevas',

  open: 'Abrir Tillbridge',
  print: 'Imprimir esta página…',
  startAtLogin: 'Abrir al iniciar sesión',
  quit: 'Salir',

  noticeTitle: recogidas,
  noticeOrder: (order, units) => `${order} (${units === 1 ? '1 artículo' : `${units} artículos`})`,
  noticeMore: n => `y ${n} más`,
  printFailed: why => `La página no se ha impreso: ${why}. Revisa la impresora y vuelve a imprimir.`,

  notRunningTitle: 'Tillbridge no está en marcha en esta caja',
  notRunning:
    'Sigue vendiendo: el TPV guarda sus ventas y Tillbridge las leerá cuando vuelva a estar en marcha. Hasta entonces no aparecen recogidas nuevas.',
  starting: 'Iniciando Tillbridge…',
  start: 'Iniciar Tillbridge',
  startFailed: why => `No se ha podido iniciar: ${why} Llama a informática.`,
  restarting: (seconds, why) =>
    `Tillbridge se ha parado (${why}). Se reinicia en ${seconds === 1 ? '1 segundo' : `${seconds} segundos`}.`,
  details: 'Detalles para informática',

  notEnrolledTitle: 'Esta caja aún no está registrada',
  notEnrolled: 'Pide a la central un código de registro e introdúcelo aquí. El código sirve una sola vez.',
  hub: 'Dirección de la central',
  code: 'Código',
  enrol: 'Registrar esta caja',
  enrolling: 'Registrando…',
  confirmTitle: '¿Registrar esta caja?',
  confirm: hub =>
    `Un enlace pide registrar esta caja en ${hub}. Continúa solo si la central te ha enviado el enlace y esta es su dirección.`,
  cancel: 'Cancelar',
  linkUnreadable: 'El enlace que se ha abierto no es un enlace de registro válido. Pide otro a la central.',
  alreadyEnrolled: 'Esta caja ya está registrada. Para registrarla otra vez, llama a informática.',
  enrolService: hub =>
    `En este PC, Tillbridge funciona como servicio, así que lo registra informática: tillbridge-agent enrol --hub ${hub}`,
  codeKept:
    'No se puede contactar con la central. El código queda guardado de forma segura y la aplicación lo volverá a intentar cuando se abra de nuevo.',
  codeNotKept:
    'No se puede contactar con la central. Este PC no puede guardar el código de forma segura: vuelve a abrir el enlace cuando haya conexión.',
  basicText:
    'Este PC no tiene almacén de claves: el sistema solo podría ocultar los secretos, no protegerlos. No se guarda nada secreto.',
}
const desktopMessages = { en, de, fr, es }
export type DesktopWords = typeof en

/** The language of the settings, or else of the user; English when the app does not speak it. */
export function desktopLanguage(chosen: Language | undefined, locale: string): Language {
  return chosen ?? languageOfLocale(locale) ?? 'en'
}

/** The app's words in the language of the settings, or else of the user. */
export function desktopWords(chosen: Language | undefined, locale: string): DesktopWords {
  return desktopMessages[desktopLanguage(chosen, locale)]
}
