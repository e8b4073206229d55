const en = {
  loading: 'Reading the state of all stores…',
  failed: 'The hub could not be read',
  failedMeaning:
    'Stores go on working and nothing is lost; only this page does not know. Tell IT if it stays so.',
  unreadable: 'This page is older than the hub. Reload the page.',
  lost: (since: string) => `The hub has not answered since ${since}. What you see may be old.`,
  title: 'Now',
  need: (n: number) => (n === 1 ? '1 thing needs somebody' : `${n} things need somebody`),
  allWell: 'All well',
  nobody: (n: number) =>
    n === 1
      ? 'Nothing to decide, but 1 till is not connected'
      : `Nothing to decide, but ${n} tills are not connected`,
  nobodyShopify: 'Nothing to decide, but Shopify cannot be reached',
  severity: { urgent: 'Act now', warning: 'Soon', notice: 'When there is time' },
  owner: { store: 'Store', ops: 'Operations', 'e-commerce': 'E-commerce', finance: 'Finance', it: 'IT' },
  times: (n: number) => `${n} times`,
  since: (time: string) => `since ${time}`,
  exceptions: 'What needs somebody',
  upToDate: (some: number, all: number) => `${some} of ${all} ${all === 1 ? 'store' : 'stores'} up to date`,
  shopify: {
    connected: (shop: string) => `Shopify is connected (${shop})`,
    unreachable: 'Shopify cannot be reached; changes wait and nothing is lost',
    refused: 'Shopify refuses our access',
    'not-configured': 'Shopify is not set up yet',
  },
  unconfirmed: (n: number) =>
    n === 0
      ? 'all stock changes confirmed'
      : n === 1
        ? '1 stock change not confirmed yet'
        : `${n} stock changes not confirmed yet`,
  stores: 'Stores',
  noStores: 'No stores yet',
  noStoresMeaning: 'Add the first with this command on the hub, then enrol its till:',
  column: {
    store: 'Store',
    connection: 'Tills',
    lag: 'Lag',
    lastSale: 'Last sale',
    today: 'Today',
    unsent: 'Unsent',
    pickups: 'Open pickups',
    exceptions: 'Exceptions',
  },
  connection: {
    connected: 'Connected',
    disconnected: 'Not connected',
    'never-connected': 'Never connected',
    quarantined: 'Quarantined: enrol anew',
    revoked: 'Revoked',
  },
  noTills: 'No till enrolled',
  sourceUnavailable: (source: string, problem: string) => `${source} cannot be read: ${problem}`,
  lagNone: 'none',
  unknown: 'unknown',
  unknownWhy: 'Nobody can know while a till is not connected',
  lastWord: (n: number) => `${n} at last word`,
  noSale: 'no sale yet',
  receivedAt: (time: string) => `Received by the hub ${time}`,
  receipts: (n: number) => (n === 1 ? '1 receipt' : `${n} receipts`),
  late: (n: number) => `${n} late`,
  logOut: 'Log out',
  menu: 'Language, colours, log out',
}
const de: typeof en = {
  loading: 'Der Stand aller Filialen wird gelesen …',
  failed: 'Der Hub konnte nicht gelesen werden',
  failedMeaning:
    'Die Filialen arbeiten weiter, nichts geht verloren; nur diese Seite weiß es nicht. Bleibt es so, bitte die IT rufen.',
  unreadable: 'Diese Seite ist älter als der Hub. Bitte die Seite neu laden.',
  lost: since => `Der Hub antwortet seit ${since} nicht. Die Anzeige kann veraltet sein.`,
  title: 'Jetzt',
  need: n => (n === 1 ? '1 Sache braucht jemanden' : `${n} Sachen brauchen jemanden`),
  allWell: 'Alles in Ordnung',
  nobody: n =>
    n === 1
      ? 'Nichts zu entscheiden, aber 1 Kasse ist nicht verbunden'
      : `Nichts zu entscheiden, aber ${n} Kassen sind nicht verbunden`,
  nobodyShopify: 'Nichts zu entscheiden, aber Shopify ist nicht erreichbar',
  severity: { urgent: 'Sofort', warning: 'Bald', notice: 'Wenn Zeit ist' },
  owner: { store: 'Filiale', ops: 'Betrieb', 'e-commerce': 'E-Commerce', finance: 'Finanzen', it: 'IT' },
  times: n => `${n}-mal`,
  since: time => `seit ${time}`,
  exceptions: 'Was jemanden braucht',
  upToDate: (some, all) => `${some} von ${all} ${all === 1 ? 'Filiale' : 'Filialen'} auf dem Stand`,
  shopify: {
    connected: shop => `Shopify ist verbunden (${shop})`,
    unreachable: 'Shopify ist nicht erreichbar; Änderungen warten, nichts geht verloren',
    refused: 'Shopify verweigert uns den Zugang',
    'not-configured': 'Shopify ist noch nicht eingerichtet',
  },
  unconfirmed: n =>
    n === 0
      ? 'alle Bestandsänderungen bestätigt'
      : n === 1
        ? '1 Bestandsänderung noch nicht bestätigt'
        : `${n} Bestandsänderungen noch nicht bestätigt`,
  stores: 'Filialen',
  noStores: 'Noch keine Filialen',
  noStoresMeaning: 'Die erste mit diesem Befehl am Hub anlegen, dann ihre Kasse anmelden:',
  column: {
    store: 'Filiale',
    connection: 'Kassen',
    lag: 'Verzug',
    lastSale: 'Letzter Verkauf',
    today: 'Heute',
    unsent: 'Ungesendet',
    pickups: 'Offene Abholungen',
    exceptions: 'Ausnahmen',
  },
  connection: {
    connected: 'Verbunden',
    disconnected: 'Nicht verbunden',
    'never-connected': 'Noch nie verbunden',
    quarantined: 'Gesperrt: neu anmelden',
    revoked: 'Widerrufen',
  },
  noTills: 'Keine Kasse angemeldet',
  sourceUnavailable: (source, problem) => `${source} ist nicht lesbar: ${problem}`,
  lagNone: 'keiner',
  unknown: 'unbekannt',
  unknownWhy: 'Solange eine Kasse nicht verbunden ist, kann es niemand wissen',
  lastWord: n => `zuletzt ${n}`,
  noSale: 'noch kein Verkauf',
  receivedAt: time => `Im Hub eingetroffen ${time}`,
  receipts: n => (n === 1 ? '1 Bon' : `${n} Bons`),
  late: n => `${n} verspätet`,
  logOut: 'Abmelden',
  menu: 'Sprache, Farben, Abmelden',
}
export const nowMessages = { en, de }
export type NowWords = typeof en
