import type { missingReasons } from '../../../shared/pickup-lines.ts'

export type MissingReason = (typeof missingReasons)[number]

const reasons: Readonly<Record<MissingReason, string>> = {
  'not-on-shelf': 'Not on the shelf',
  damaged: 'Damaged',
  sold: 'Sold to someone else',
  other: 'Something else',
}
const items = (n: number) => (n === 1 ? '1 item' : `${n} items`)
const en = {
  list: 'Items to pick',
  progress: (picked: number, units: number) => `${picked} of ${units} picked`,
  of: (picked: number, units: number) => `${picked} of ${units}`,
  missing: (units: number) => `${units} missing`,
  missingWhy: (units: number, reason: string) => `${units} missing: ${reason}`,
  sku: (sku: string) => `SKU ${sku}`,
  barcode: (code: string) => `Barcode ${code}`,
  one: 'Count one',
  back: 'Take one back',
  all: (units: number) => `All ${units} are here`,
  allHere: 'Everything is here',
  allHereMeaning: 'Put the items into one bag with the slip, then mark the order ready.',
  restMissing: (found: number, missing: number) => `${items(found)} here, ${missing} missing`,
  restMissingMeaning: 'Mark the order ready without the rest, or only report what is missing.',
  noneHere: 'Nothing of it was found here. There is nothing to do now.',
  noneHereMeaning: 'If an item turns up, scan or count it.',
  foundLate: 'Found after all',
  foundLateMeaning:
    'The customer has chosen what becomes of it. Keep it aside and tell head office; do not hand it over.',
  found: 'Found it after all',
  counted: (title: string, picked: number, units: number) => `${title}: ${picked} of ${units}`,
  tooMany: (title: string, units: number) =>
    `One too many: ${title}. The order has only ${units}. Put it back.`,
  notKept: (title: string) => `${title} was not counted. Try again.`,
  cantFind: "Can't find it",
  cantFindTitle: (title: string) => `How many are missing? ${title}`,
  cantFindMeaning:
    'Head office is told when you finish this order. Stock is corrected there; you can still count an item that turns up.',
  fewer: 'One fewer',
  more: 'One more',
  reason: reasons,
  ownReason: 'What is it?',
  report: (units: number) => (units === 1 ? 'Mark 1 as missing' : `Mark ${units} as missing`),
  cancel: 'Cancel',
  readyAll: 'Mark ready',
  readyAnyway: (picked: number, units: number) => `${picked} of ${units} scanned – mark ready anyway?`,
  readyWithout: (missing: number) => `Mark ready without ${items(missing)}`,
  onlyMissing: 'Report what is missing',
  ask: {
    openTitle: (picked: number, units: number) => `${picked} of ${units} scanned`,
    open: (open: number) =>
      `${items(open)} ${open === 1 ? 'was' : 'were'} not scanned or counted. Which is it?`,
    allHere: 'All are here: mark ready',
    areMissing: (open: number) => `${items(open)} can't be found`,
    withoutTitle: (missing: number) => `Ready without ${items(missing)}?`,
    without: (picked: number) =>
      `The customer is told that ${items(picked)} ${picked === 1 ? 'is' : 'are'} ready. Head office or the customer decides about the rest.`,
    withoutYes: 'Mark ready without them',
    onlyReport: 'Only report them, not ready yet',
    noneTitle: 'Nothing was found',
    none: 'The order then counts as incomplete, and head office is told. The customer is not told that it is ready.',
    noneYes: 'Report as missing',
    held: 'It is on hold in Shopify. Why may it be marked ready?',
    heldReasons: ['Head office agreed', 'Only being prepared', 'Another reason'],
  },
}
const stueck = (n: number) => (n === 1 ? '1 Artikel' : `${n} Artikel`)
const de: typeof en = {
  list: 'Zu packende Artikel',
  progress: (picked, units) => `${picked} von ${units} gepackt`,
  of: (picked, units) => `${picked} von ${units}`,
  missing: units => (units === 1 ? '1 fehlt' : `${units} fehlen`),
  missingWhy: (units, reason) => `${units === 1 ? '1 fehlt' : `${units} fehlen`}: ${reason}`,
  sku: sku => `SKU ${sku}`,
  barcode: code => `Strichcode ${code}`,
  one: 'Einen zählen',
  back: 'Einen zurücknehmen',
  all: units => `Alle ${units} sind da`,
  allHere: 'Alles ist da',
  allHereMeaning: 'Bitte alles mit dem Packzettel in eine Tüte legen und dann bereit melden.',
  restMissing: (found, missing) => `${stueck(found)} da, ${missing === 1 ? '1 fehlt' : `${missing} fehlen`}`,
  restMissingMeaning: 'Die Bestellung ohne den Rest bereit melden oder nur melden, was fehlt.',
  noneHere: 'Davon wurde hier nichts gefunden. Jetzt ist nichts zu tun.',
  noneHereMeaning: 'Taucht ein Artikel auf, bitte scannen oder zählen.',
  foundLate: 'Doch noch gefunden',
  foundLateMeaning:
    'Die Kundin oder der Kunde hat gewählt, was daraus wird. Bitte beiseitelegen und der Zentrale Bescheid geben; nicht übergeben.',
  found: 'Doch gefunden',
  counted: (title, picked, units) => `${title}: ${picked} von ${units}`,
  tooMany: (title, units) => `Einer zu viel: ${title}. Die Bestellung hat nur ${units}. Bitte zurücklegen.`,
  notKept: title => `${title} wurde nicht gezählt. Bitte noch einmal versuchen.`,
  cantFind: 'Nicht zu finden',
  cantFindTitle: title => `Wie viele fehlen? ${title}`,
  cantFindMeaning:
    'Die Zentrale erfährt es, wenn diese Bestellung fertig ist, und berichtigt den Bestand. Taucht ein Artikel auf, lässt er sich noch zählen.',
  fewer: 'Einer weniger',
  more: 'Einer mehr',
  reason: {
    'not-on-shelf': 'Nicht im Regal',
    damaged: 'Beschädigt',
    sold: 'Anderweitig verkauft',
    other: 'Etwas anderes',
  },
  ownReason: 'Was ist es?',
  report: units => (units === 1 ? '1 als fehlend vermerken' : `${units} als fehlend vermerken`),
  cancel: 'Abbrechen',
  readyAll: 'Bereit melden',
  readyAnyway: (picked, units) => `${picked} von ${units} gescannt – trotzdem bereit melden?`,
  readyWithout: missing => `Ohne ${stueck(missing)} bereit melden`,
  onlyMissing: 'Fehlendes melden',
  ask: {
    openTitle: (picked, units) => `${picked} von ${units} gescannt`,
    open: open =>
      `${stueck(open)} ${open === 1 ? 'wurde' : 'wurden'} weder gescannt noch gezählt. Was trifft zu?`,
    allHere: 'Alles ist da: bereit melden',
    areMissing: open =>
      open === 1 ? '1 Artikel ist nicht zu finden' : `${open} Artikel sind nicht zu finden`,
    withoutTitle: missing => `Ohne ${stueck(missing)} bereit melden?`,
    without: picked =>
      `Der Kunde/die Kundin wird benachrichtigt, dass ${stueck(picked)} ${picked === 1 ? 'bereitliegt' : 'bereitliegen'}. Über den Rest entscheidet die Zentrale, die Kundin oder der Kunde.`,
    withoutYes: 'Ohne sie bereit melden',
    onlyReport: 'Nur melden, noch nicht bereit',
    noneTitle: 'Nichts wurde gefunden',
    none: 'Die Bestellung gilt dann als unvollständig, und die Zentrale erfährt es. Der Kunde/die Kundin wird nicht benachrichtigt.',
    noneYes: 'Als fehlend melden',
    held: 'Shopify hat sie angehalten. Warum darf sie bereit gemeldet werden?',
    heldReasons: ['Die Zentrale hat zugestimmt', 'Wird nur vorbereitet', 'Ein anderer Grund'],
  },
}
const articles = (n: number) => (n < 2 ? `${n} article` : `${n} articles`)
const manquants = (n: number) => (n < 2 ? `${n} manquant` : `${n} manquants`)
const fr: typeof en = {
  list: 'Articles à préparer',
  progress: (picked, units) => `${picked} sur ${units} ${units < 2 ? 'préparé' : 'préparés'}`,
  of: (picked, units) => `${picked} sur ${units}`,
  missing: manquants,
  missingWhy: (units, reason) => `${manquants(units)} : ${reason}`,
  sku: sku => `Réf. ${sku}`,
  barcode: code => `Code-barres ${code}`,
  one: 'En compter un',
  back: 'En retirer un',
  all: units => `Les ${units} sont là`,
  allHere: 'Tout est là',
  allHereMeaning:
    'Mettez les articles dans un même sac avec le bon de préparation, puis marquez la commande prête.',
  restMissing: (found, missing) => `${articles(found)} ici, ${manquants(missing)}`,
  restMissingMeaning: 'Marquez la commande prête sans le reste, ou signalez seulement ce qui manque.',
  noneHere: 'Rien n’en a été trouvé ici. Il n’y a rien à faire pour l’instant.',
  noneHereMeaning: 'Si un article réapparaît, scannez-le ou comptez-le.',
  foundLate: 'Finalement retrouvé',
  foundLateMeaning:
    'Le client a choisi la suite. Gardez l’article de côté et prévenez le siège ; ne le remettez pas.',
  found: 'Finalement trouvé',
  counted: (title, picked, units) => `${title} : ${picked} sur ${units}`,
  tooMany: (title, units) => `Un de trop : ${title}. La commande n’en compte que ${units}. Reposez-le.`,
  notKept: title => `${title} n’a pas été compté. Réessayez.`,
  cantFind: 'Introuvable',
  cantFindTitle: title => `Combien en manque-t-il ? ${title}`,
  cantFindMeaning:
    'Le siège est informé lorsque vous terminez cette commande, et corrige le stock. Si un article réapparaît, vous pouvez encore le compter.',
  fewer: 'Un de moins',
  more: 'Un de plus',
  reason: {
    'not-on-shelf': 'Pas en rayon',
    damaged: 'Abîmé',
    sold: 'Vendu à quelqu’un d’autre',
    other: 'Autre chose',
  },
  ownReason: 'Que se passe-t-il ?',
  report: units => (units < 2 ? `Noter ${units} manquant` : `Noter ${units} manquants`),
  cancel: 'Annuler',
  readyAll: 'Marquer prête',
  readyAnyway: (picked, units) =>
    `${picked} sur ${units} ${units < 2 ? 'scanné' : 'scannés'} – marquer prête quand même ?`,
  readyWithout: missing => `Marquer prête sans ${articles(missing)}`,
  onlyMissing: 'Signaler ce qui manque',
  ask: {
    openTitle: (picked, units) => `${picked} sur ${units} ${units < 2 ? 'scanné' : 'scannés'}`,
    open: open =>
      open < 2
        ? `${open} article n’a été ni scanné ni compté. Qu’en est-il ?`
        : `${open} articles n’ont été ni scannés ni comptés. Qu’en est-il ?`,
    allHere: 'Tout est là : marquer prête',
    areMissing: open => (open < 2 ? `${open} article introuvable` : `${open} articles introuvables`),
    withoutTitle: missing => `Prête sans ${articles(missing)} ?`,
    without: picked =>
      `Le client est prévenu que ${articles(picked)} ${picked < 2 ? 'l’attend' : 'l’attendent'}. Le siège ou le client décide pour le reste.`,
    withoutYes: 'Marquer prête sans le reste',
    onlyReport: 'Signaler seulement, pas encore prête',
    noneTitle: 'Rien n’a été trouvé',
    none: 'La commande est alors incomplète et le siège est informé. Le client n’est pas prévenu.',
    noneYes: 'Signaler comme manquant',
    held: 'La commande est en suspens dans Shopify. Pourquoi peut-elle être marquée prête ?',
    heldReasons: ['Le siège est d’accord', 'Préparation à l’avance', 'Autre raison'],
  },
}
const articulos = (n: number) => (n === 1 ? '1 artículo' : `${n} artículos`)
const faltan = (n: number) => (n === 1 ? 'falta 1' : `faltan ${n}`)
const Faltan = (n: number) => (n === 1 ? 'Falta 1' : `Faltan ${n}`)
const es: typeof en = {
  list: 'Artículos por preparar',
  progress: (picked, units) => `${picked} de ${units} ${units === 1 ? 'preparado' : 'preparados'}`,
  of: (picked, units) => `${picked} de ${units}`,
  missing: Faltan,
  missingWhy: (units, reason) => `${Faltan(units)}: ${reason}`,
  sku: sku => `Ref. ${sku}`,
  barcode: code => `Código de barras ${code}`,
  one: 'Contar uno',
  back: 'Quitar uno',
  all: units => `Están los ${units}`,
  allHere: 'Está todo',
  allHereMeaning:
    'Pon los artículos en una misma bolsa con la nota de preparación y marca el pedido como listo.',
  restMissing: (found, missing) => `Hay ${articulos(found)}, ${faltan(missing)}`,
  restMissingMeaning: 'Marca el pedido como listo sin el resto o informa solo de lo que falta.',
  noneHere: 'Aquí no se encontró nada de ello. Ahora no hay nada que hacer.',
  noneHereMeaning: 'Si aparece un artículo, escanéalo o cuéntalo.',
  foundLate: 'Ha aparecido al final',
  foundLateMeaning:
    'El cliente ya ha elegido qué se hace. Guárdalo aparte y avisa a la central; no lo entregues.',
  found: 'Al final ha aparecido',
  counted: (title, picked, units) => `${title}: ${picked} de ${units}`,
  tooMany: (title, units) => `Uno de más: ${title}. El pedido solo lleva ${units}. Vuelve a dejarlo.`,
  notKept: title => `${title} no se ha contado. Vuelve a intentarlo.`,
  cantFind: 'No lo encuentro',
  cantFindTitle: title => `¿Cuántos faltan? ${title}`,
  cantFindMeaning:
    'La central lo sabrá cuando termines este pedido y corregirá el stock. Si aparece un artículo, todavía puedes contarlo.',
  fewer: 'Uno menos',
  more: 'Uno más',
  reason: {
    'not-on-shelf': 'No está en el estante',
    damaged: 'Dañado',
    sold: 'Vendido a otra persona',
    other: 'Otra cosa',
  },
  ownReason: '¿Qué ocurre?',
  report: units => (units === 1 ? 'Anotar que falta 1' : `Anotar que faltan ${units}`),
  cancel: 'Cancelar',
  readyAll: 'Marcar como listo',
  readyAnyway: (picked, units) =>
    `${picked} de ${units} ${units === 1 ? 'escaneado' : 'escaneados'}: ¿marcar como listo de todos modos?`,
  readyWithout: missing => `Marcar como listo sin ${articulos(missing)}`,
  onlyMissing: 'Informar de lo que falta',
  ask: {
    openTitle: (picked, units) => `${picked} de ${units} ${units === 1 ? 'escaneado' : 'escaneados'}`,
    open: open =>
      open === 1
        ? '1 artículo no se ha escaneado ni contado. ¿Qué ocurre?'
        : `${open} artículos no se han escaneado ni contado. ¿Qué ocurre?`,
    allHere: 'Está todo: marcar como listo',
    areMissing: open => (open === 1 ? 'No se encuentra 1 artículo' : `No se encuentran ${open} artículos`),
    withoutTitle: missing => `¿Listo sin ${articulos(missing)}?`,
    without: picked =>
      `Se avisa al cliente de que ${picked === 1 ? 'le espera' : 'le esperan'} ${articulos(picked)}. La central o el cliente decide sobre el resto.`,
    withoutYes: 'Marcar como listo sin el resto',
    onlyReport: 'Solo informar, aún no está listo',
    noneTitle: 'No se ha encontrado nada',
    none: 'El pedido queda como incompleto y se informa a la central. No se avisa al cliente.',
    noneYes: 'Informar de que falta',
    held: 'Shopify tiene retenido el pedido. ¿Por qué se puede marcar como listo?',
    heldReasons: ['La central está de acuerdo', 'Solo se prepara', 'Otro motivo'],
  },
}
export const pickingMessages = { en, de, fr, es }
