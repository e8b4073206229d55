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
  offlineCertificate: 'The certificate of head office is not accepted on this PC. Call IT.',
  offlineOther: 'This network leads somewhere other than head office, perhaps to a sign-in page. Call IT.',
  offlineProxy: 'The proxy of this network does not let the till through. Call IT.',
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
  settingsProblem: (problem: string) => `Sales go on. Call IT: ${problem}`,
  settingsNoSales: (problem: string) => `Head office sees no sale of this till. Call IT: ${problem}`,
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
  offlineCertificate: 'Das Zertifikat der Zentrale wird auf diesem PC nicht angenommen. IT anrufen.',
  offlineOther:
    'Dieses Netz führt woandershin als zur Zentrale, vielleicht auf eine Anmeldeseite. IT anrufen.',
  offlineProxy: 'Der Proxy dieses Netzes lässt die Kasse nicht durch. IT anrufen.',
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
  settingsProblem: problem => `Die Verkäufe laufen weiter. IT anrufen: ${problem}`,
  settingsNoSales: problem => `Die Zentrale sieht keinen Verkauf dieser Kasse. IT anrufen: ${problem}`,
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
const ventes = (n: number) => (n < 2 ? `${n} vente` : `${n} ventes`)
const modifications = (n: number) => (n < 2 ? `${n} modification` : `${n} modifications`)
const enAttente = (n: number) => `${ventes(n)} en attente`
const fr: typeof en = {
  upToDate: 'À jour',
  sendingSales: n => `Envoi de ${ventes(n)}`,
  sendingChanges: n => `Envoi de ${modifications(n)}`,
  connecting: 'Connexion au siège…',
  connectingSales: n => `Connexion au siège, ${enAttente(n)}`,
  offline: since => `Hors ligne depuis ${since} – rien n’est perdu`,
  offlineSales: (since, n) => `Hors ligne depuis ${since}, ${enAttente(n)} – rien n’est perdu`,
  offlineChanges: (since, n) =>
    `Hors ligne depuis ${since}, ${modifications(n)} en attente – rien n’est perdu`,
  offlineCertificate: 'Le certificat du siège n’est pas accepté sur ce PC. Appelez l’informatique.',
  offlineOther:
    'Ce réseau mène ailleurs qu’au siège, peut-être à une page de connexion. Appelez l’informatique.',
  offlineProxy: 'Le proxy de ce réseau ne laisse pas passer la caisse. Appelez l’informatique.',
  refused:
    'Le siège n’accepte pas cette caisse. Appelez le service informatique ; les ventes sont en sécurité ici.',
  revoked:
    'Le siège a bloqué cette caisse et en a retiré ses commandes. Appelez le service informatique ; les ventes sont en sécurité ici.',
  quarantined:
    'Le siège a bloqué cette caisse, car ses données contredisent celles du siège. Appelez le service informatique ; les ventes sont en sécurité ici.',
  customersHidden: hours =>
    `Aucun contact avec le siège depuis plus de ${hours} heures : les noms des clients sont masqués. Ils réapparaissent dès que cette caisse est connectée.`,
  hubUnproven:
    'Le serveur du siège n’a pas pu prouver son identité, donc cette caisse n’échange rien avec lui. Appelez le service informatique ; les ventes sont en sécurité ici.',
  hubAddressUnsafe:
    'La connexion au siège n’est pas chiffrée, elle n’est donc pas utilisée. Appelez le service informatique ; les ventes sont en sécurité ici.',
  diskFull:
    'Le disque de ce PC est plein. Les ventes sont encore enregistrées, mais plus pour longtemps. Demandez au service informatique de libérer de la place.',
  keepsNothing:
    'Le disque de ce PC est plein. Les ventes ne sont plus enregistrées. Appelez tout de suite le service informatique pour libérer de la place.',
  damaged: at =>
    `La mémoire de cette caisse a été endommagée à ${at} et sert à nouveau. Le siège sait ce qui manque. Demandez au service informatique de vérifier le disque.`,
  settingsProblem: problem => `Les ventes continuent. Appelez le service informatique : ${problem}`,
  settingsNoSales: problem =>
    `Le siège ne voit aucune vente de cette caisse. Appelez le service informatique : ${problem}`,
  sourceUnavailable: (source, problem) => `Impossible de lire les ventes de ${source} : ${problem}`,
  sourceUnavailablePlain: source =>
    `Impossible de lire les ventes de ${source}. Appelez le service informatique.`,
  posClosed: (pos, n, problem) =>
    `${modifications(n)} pas encore ${n < 2 ? 'écrite' : 'écrites'} dans ${pos}. ${problem}`.trimEnd(),
  posRefuses: (pos, n) =>
    `${pos} a refusé ${modifications(n)} du siège. Le service informatique est au courant.`,
  unreadCommands: n =>
    `Cette caisse ne peut pas lire ${n < 2 ? `${n} message` : `${n} messages`} du siège. Demandez au service informatique de mettre à jour Tillbridge.`,
  kept: (store, n) =>
    `Ce PC garde encore ${modifications(n)} du magasin ${store}. Appelez le service informatique ; rien n’est perdu.`,
  lost: since =>
    `Tillbridge ne répond plus sur cette caisse depuis ${since}. Ce que vous voyez n’est peut-être plus à jour. Demandez au service informatique de le redémarrer.`,
}
const ventas = (n: number) => (n === 1 ? '1 venta' : `${n} ventas`)
const cambios = (n: number) => (n === 1 ? '1 cambio' : `${n} cambios`)
const pendientes = (n: number) => (n === 1 ? 'pendiente' : 'pendientes')
const es: typeof en = {
  upToDate: 'Al día',
  sendingSales: n => `Enviando ${ventas(n)}`,
  sendingChanges: n => `Enviando ${cambios(n)}`,
  connecting: 'Conectando con la central…',
  connectingSales: n => `Conectando con la central, ${ventas(n)} ${pendientes(n)}`,
  offline: since => `Sin conexión desde las ${since}: no se pierde nada`,
  offlineSales: (since, n) =>
    `Sin conexión desde las ${since}, ${ventas(n)} ${pendientes(n)}: no se pierde nada`,
  offlineChanges: (since, n) =>
    `Sin conexión desde las ${since}, ${cambios(n)} ${pendientes(n)}: no se pierde nada`,
  offlineCertificate: 'El certificado de la central no se acepta en este PC. Llama a informática.',
  offlineOther:
    'Esta red lleva a otro sitio que la central, quizá a una página de inicio de sesión. Llama a informática.',
  offlineProxy: 'El proxy de esta red no deja pasar a la caja. Llama a informática.',
  refused: 'La central no acepta esta caja. Llama a informática; las ventas están a salvo aquí.',
  revoked:
    'La central ha bloqueado esta caja y ha retirado de ella sus pedidos. Llama a informática; las ventas están a salvo aquí.',
  quarantined:
    'La central ha bloqueado esta caja porque sus datos contradicen los de la central. Llama a informática; las ventas están a salvo aquí.',
  customersHidden: hours =>
    `Sin contacto con la central desde hace más de ${hours} horas; por eso los nombres de los clientes están ocultos. Volverán a verse cuando esta caja esté conectada.`,
  hubUnproven:
    'El servidor de la central no ha podido demostrar su identidad, así que esta caja no se comunica con él. Llama a informática; las ventas están a salvo aquí.',
  hubAddressUnsafe:
    'La conexión con la central no está cifrada, así que no se usa. Llama a informática; las ventas están a salvo aquí.',
  diskFull:
    'El disco de este PC está lleno. Las ventas aún se guardan, pero no por mucho tiempo. Pide a informática que libere espacio.',
  keepsNothing:
    'El disco de este PC está lleno. Las ventas ya no se guardan. Llama ahora a informática para que libere espacio.',
  damaged: at =>
    `La memoria de esta caja se dañó a las ${at} y vuelve a usarse. La central sabe qué falta. Pide a informática que revise el disco.`,
  settingsProblem: problem => `Las ventas continúan. Llama a informática: ${problem}`,
  settingsNoSales: problem => `La central no ve ninguna venta de esta caja. Llama a informática: ${problem}`,
  sourceUnavailable: (source, problem) => `No se pueden leer las ventas de ${source}: ${problem}`,
  sourceUnavailablePlain: source => `No se pueden leer las ventas de ${source}. Llama a informática.`,
  posClosed: (pos, n, problem) =>
    `Todavía no se ${n === 1 ? 'puede' : 'pueden'} escribir ${cambios(n)} en ${pos}. ${problem}`.trimEnd(),
  posRefuses: (pos, n) => `${pos} ha rechazado ${cambios(n)} de la central. Informática lo sabe.`,
  unreadCommands: n =>
    `Esta caja no puede leer ${n === 1 ? '1 mensaje' : `${n} mensajes`} de la central. Pide a informática que actualice Tillbridge.`,
  kept: (store, n) =>
    `Este PC aún guarda ${cambios(n)} de la tienda ${store}. Llama a informática; no se pierde nada.`,
  lost: since =>
    `Tillbridge no responde en esta caja desde las ${since}. Lo que ves puede estar desfasado. Pide a informática que lo reinicie.`,
}
export const stateMessages = { en, de, fr, es }
