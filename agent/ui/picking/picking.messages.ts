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
      `The customer is told that ${items(picked)} ${picked === 1 ? 'is' : 'are'} ready. Head office decides about the rest.`,
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
      `Der Kunde/die Kundin wird benachrichtigt, dass ${stueck(picked)} ${picked === 1 ? 'bereitliegt' : 'bereitliegen'}. Über den Rest entscheidet die Zentrale.`,
    withoutYes: 'Ohne sie bereit melden',
    onlyReport: 'Nur melden, noch nicht bereit',
    noneTitle: 'Nichts wurde gefunden',
    none: 'Die Bestellung gilt dann als unvollständig, und die Zentrale erfährt es. Der Kunde/die Kundin wird nicht benachrichtigt.',
    noneYes: 'Als fehlend melden',
    held: 'Shopify hat sie angehalten. Warum darf sie bereit gemeldet werden?',
    heldReasons: ['Die Zentrale hat zugestimmt', 'Wird nur vorbereitet', 'Ein anderer Grund'],
  },
}
export const pickingMessages = { en, de }
