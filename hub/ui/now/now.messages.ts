const en = {
  loading: 'Reading the state of all stores…',
  failed: 'The hub could not be read',
  failedMeaning:
    'Stores keep working and nothing is lost; only this page is out of date. Tell IT if this continues.',
  unreadable: 'This page is older than the hub. Reload the page.',
  lost: (since: string) => `The hub has not answered since ${since}. The figures may be out of date.`,
  cannotStore: 'The hub cannot store anything',
  cannotStoreSince: (code: string, since: string) =>
    `The hub’s database has refused to store since ${since}: ${code}`,
  cannotStoreMeaning:
    'Tills keep their sales and send them later; nothing is lost. Until then stock and this page are out of date. IT must check the disk and the database of the hub.',
  title: 'Now',
  need: (n: number) => (n === 1 ? '1 issue needs attention' : `${n} issues need attention`),
  allWell: 'All well',
  nobody: (n: number) =>
    n === 1 ? 'No open issues. 1 till is offline' : `No open issues. ${n} tills are offline`,
  nobodyShopify: 'No open issues, but Shopify cannot be reached',
  severity: { urgent: 'Act now', warning: 'Soon', notice: 'Low priority' },
  owner: { store: 'Store', ops: 'Operations', 'e-commerce': 'E-commerce', finance: 'Finance', it: 'IT' },
  times: (n: number) => `${n} times`,
  since: (time: string) => `since ${time}`,
  exceptions: 'Issues that need attention',
  more: (n: number) =>
    n === 1 ? '1 more issue is not shown. List all with:' : `${n} more issues are not shown. List all with:`,
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
    quarantined: 'Quarantined: re-enrol',
    revoked: 'Revoked',
  },
  noTills: 'No till enrolled',
  sourceUnavailable: (source: string) => `${source} cannot be read`,
  tillReports: (said: string) => `The till reports: “${said}”`,
  diskFree: (gigabytes: string) => `${gigabytes} GB of disk free`,
  certificateEnded: 'The hub’s certificate has ended',
  certificateEnds: (days: number) =>
    days === 0
      ? 'The hub’s certificate ends in less than a day'
      : days === 1
        ? 'The hub’s certificate ends in 1 day'
        : `The hub’s certificate ends in ${days} days`,
  lagNone: 'none',
  unknown: 'unknown',
  unknownWhy: 'Not known while the till is offline',
  lastWord: (n: number) => `${n} when last seen`,
  noSale: 'no sale yet',
  receivedAt: (time: string) => `Received by the hub ${time}`,
  receipts: (n: number) => (n === 1 ? '1 receipt' : `${n} receipts`),
  late: (n: number) => `${n} late`,
  heldBack: (n: number) =>
    n === 1 ? '1 unit held back from sale online' : `${n} units held back from sale online`,
  logOut: 'Log out',
  menu: 'Language, colours, log out',
}
const de: typeof en = {
  loading: 'Der Stand aller Filialen wird gelesen …',
  failed: 'Der Hub konnte nicht gelesen werden',
  failedMeaning:
    'Die Filialen arbeiten weiter, nichts geht verloren; nur diese Seite ist nicht aktuell. Bleibt es so, bitte die IT informieren.',
  unreadable: 'Diese Seite ist älter als der Hub. Bitte die Seite neu laden.',
  lost: since => `Der Hub antwortet seit ${since} nicht. Die Anzeige kann veraltet sein.`,
  cannotStore: 'Der Hub kann nichts speichern',
  cannotStoreSince: (code, since) => `Die Datenbank des Hubs nimmt seit ${since} nichts an: ${code}`,
  cannotStoreMeaning:
    'Die Kassen behalten ihre Verkäufe und senden sie später; nichts geht verloren. Bis dahin sind Bestände und diese Seite nicht aktuell. Die IT muss Festplatte und Datenbank des Hubs prüfen.',
  title: 'Jetzt',
  need: n => (n === 1 ? '1 offener Punkt' : `${n} offene Punkte`),
  allWell: 'Alles in Ordnung',
  nobody: n =>
    n === 1 ? 'Keine offenen Punkte. 1 Kasse ist offline' : `Keine offenen Punkte. ${n} Kassen sind offline`,
  nobodyShopify: 'Keine offenen Punkte, aber Shopify ist nicht erreichbar',
  severity: { urgent: 'Sofort', warning: 'Bald', notice: 'Nicht eilig' },
  owner: { store: 'Filiale', ops: 'Betrieb', 'e-commerce': 'E-Commerce', finance: 'Finanzen', it: 'IT' },
  times: n => `${n}-mal`,
  since: time => `seit ${time}`,
  exceptions: 'Offene Punkte',
  more: n =>
    n === 1
      ? '1 weiteres Problem wird nicht gezeigt. Alle zeigt:'
      : `${n} weitere Probleme werden nicht gezeigt. Alle zeigt:`,
  upToDate: (some, all) => `${some} von ${all} ${all === 1 ? 'Filiale' : 'Filialen'} aktuell`,
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
  sourceUnavailable: source => `${source} ist nicht lesbar`,
  tillReports: said => `Die Kasse meldet: „${said}“`,
  diskFree: gigabytes => `${gigabytes} GB Festplatte frei`,
  certificateEnded: 'Das Zertifikat des Hubs ist abgelaufen',
  certificateEnds: days =>
    days === 0
      ? 'Das Zertifikat des Hubs endet in weniger als einem Tag'
      : days === 1
        ? 'Das Zertifikat des Hubs endet in 1 Tag'
        : `Das Zertifikat des Hubs endet in ${days} Tagen`,
  lagNone: 'keiner',
  unknown: 'unbekannt',
  unknownWhy: 'Unbekannt, solange die Kasse offline ist',
  lastWord: n => `${n} (zuletzt gemeldet)`,
  noSale: 'noch kein Verkauf',
  receivedAt: time => `Im Hub eingetroffen ${time}`,
  receipts: n => (n === 1 ? '1 Bon' : `${n} Bons`),
  late: n => `${n} verspätet`,
  heldBack: n => `${n} Stück vom Onlineverkauf zurückgehalten`,
  logOut: 'Abmelden',
  menu: 'Sprache, Farben, Abmelden',
}
export const nowMessages = { en, de }
export type NowWords = typeof en
