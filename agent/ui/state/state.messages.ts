const sales = (n: number) => (n === 1 ? '1 sale' : `${n} sales`)
const changes = (n: number) => (n === 1 ? '1 change' : `${n} changes`)
const verkaeufe = (n: number) => (n === 1 ? '1 Verkauf' : `${n} Verkäufe`)
const aenderungen = (n: number) => (n === 1 ? '1 Änderung' : `${n} Änderungen`)

const en = {
  upToDate: 'Up to date',
  sendingSales: (n: number) => `Sending ${sales(n)}`,
  sendingChanges: (n: number) => `Sending ${changes(n)}`,
  connecting: 'Connecting to head office…',
  connectingSales: (n: number) => `Connecting to head office, ${sales(n)} waiting`,
  offline: (since: string) => `Working offline since ${since} — nothing is lost`,
  offlineSales: (since: string, n: number) =>
    `Working offline since ${since}, ${sales(n)} waiting — nothing is lost`,
  offlineChanges: (since: string, n: number) =>
    `Working offline since ${since}, ${changes(n)} waiting — nothing is lost`,
  refused: 'Head office does not accept this till. Call IT; sales stay safe here.',
  revoked:
    'Head office has blocked this till and removed its pickups from it. Call IT; sales stay safe here.',
  quarantined:
    'Head office has blocked this till because its records contradict those of head office. Call IT; sales stay safe here.',
  customersHidden: (hours: number) =>
    `No contact to head office for more than ${hours} hours, so customers' names are hidden. They show again once this till is connected.`,
  hubUnproven:
    "Head office's server could not prove its identity, so this till does not talk to it. Call IT; sales stay safe here.",
  hubAddressUnsafe:
    'The connection to head office is not encrypted, so it is not used. Call IT; sales stay safe here.',
  diskFull: 'The disk of this PC is full. Sales are still kept, but not for long. Ask IT to free some space.',
  keepsNothing: 'The disk of this PC is full. Sales are no longer kept. Call IT now to free some space.',
  damaged: (at: string) =>
    `The memory of this till was damaged at ${at} and is in use again. Head office knows what is missing. Ask IT to check the disk.`,
  sourceUnavailable: (source: string, problem: string) => `Sales can't be read from ${source}: ${problem}`,
  sourceUnavailablePlain: (source: string) => `Sales can't be read from ${source}. Call IT.`,
  posClosed: (pos: string, n: number, problem: string) =>
    `${changes(n)} can't be written to ${pos} yet. ${problem}`.trimEnd(),
  posRefuses: (pos: string, n: number) => `${pos} refused ${changes(n)} from head office. IT knows.`,
  unreadCommands: (n: number) =>
    `This till can't read ${n === 1 ? 'a message' : `${n} messages`} from head office. Ask IT to update Tillbridge.`,
  kept: (store: string, n: number) =>
    `This PC still keeps ${changes(n)} of store ${store}. Call IT; nothing is lost.`,
  lost: (since: string) =>
    `Tillbridge on this till has not answered since ${since}. What you see may be old. Ask IT to restart it.`,
}
const de: typeof en = {
  upToDate: 'Alles übertragen',
  sendingSales: n => `Sendet ${verkaeufe(n)}`,
  sendingChanges: n => `Sendet ${aenderungen(n)}`,
  connecting: 'Verbindet mit der Zentrale …',
  connectingSales: n => `Verbindet mit der Zentrale, ${verkaeufe(n)} warten`,
  offline: since => `Arbeitet seit ${since} ohne Verbindung – nichts geht verloren`,
  offlineSales: (since, n) =>
    `Arbeitet seit ${since} ohne Verbindung, ${verkaeufe(n)} warten – nichts geht verloren`,
  offlineChanges: (since, n) =>
    `Arbeitet seit ${since} ohne Verbindung, ${aenderungen(n)} warten – nichts geht verloren`,
  refused: 'Die Zentrale nimmt diese Kasse nicht an. IT anrufen; die Verkäufe sind hier sicher.',
  revoked:
    'Die Zentrale hat diese Kasse gesperrt und ihre Abholungen hier gelöscht. IT anrufen; die Verkäufe sind hier sicher.',
  quarantined:
    'Die Zentrale hat diese Kasse gesperrt, weil ihre Daten denen der Zentrale widersprechen. IT anrufen; die Verkäufe sind hier sicher.',
  customersHidden: hours =>
    `Seit mehr als ${hours} Stunden keine Verbindung zur Zentrale, deshalb sind Kundennamen verborgen. Sie erscheinen wieder, sobald diese Kasse verbunden ist.`,
  hubUnproven:
    'Der Server der Zentrale konnte sich nicht ausweisen, deshalb tauscht diese Kasse nichts mit ihm aus. IT anrufen; die Verkäufe sind hier sicher.',
  hubAddressUnsafe:
    'Die Verbindung zur Zentrale ist nicht verschlüsselt und wird nicht benutzt. IT anrufen; die Verkäufe sind hier sicher.',
  diskFull:
    'Die Festplatte dieses PCs ist voll. Verkäufe werden noch gespeichert, aber nicht mehr lange. Bitte die IT, Platz zu schaffen.',
  keepsNothing:
    'Die Festplatte dieses PCs ist voll. Verkäufe werden nicht mehr gespeichert. Sofort die IT anrufen, um Platz zu schaffen.',
  damaged: at =>
    `Der Speicher dieser Kasse war um ${at} beschädigt und wird wieder benutzt. Die Zentrale weiß, was fehlt. Bitte die IT, die Festplatte zu prüfen.`,
  sourceUnavailable: (source, problem) => `Verkäufe aus ${source} sind nicht lesbar: ${problem}`,
  sourceUnavailablePlain: source => `Verkäufe aus ${source} sind nicht lesbar. IT anrufen.`,
  posClosed: (pos, n, problem) => `${aenderungen(n)} noch nicht in ${pos} geschrieben. ${problem}`.trimEnd(),
  posRefuses: (pos, n) => `${pos} hat ${aenderungen(n)} der Zentrale abgelehnt. Die IT weiß davon.`,
  unreadCommands: n =>
    `Diese Kasse kann ${n === 1 ? 'eine Nachricht' : `${n} Nachrichten`} der Zentrale nicht lesen. Bitte die IT, Tillbridge zu aktualisieren.`,
  kept: (store, n) =>
    `Dieser PC hat noch ${aenderungen(n)} der Filiale ${store}. IT anrufen; nichts geht verloren.`,
  lost: since =>
    `Tillbridge an dieser Kasse antwortet seit ${since} nicht. Die Anzeige kann veraltet sein. Bitte die IT, es neu zu starten.`,
}
export const stateMessages = { en, de }
