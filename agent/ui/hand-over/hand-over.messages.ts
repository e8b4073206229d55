import type { collectors, HandOverCheck } from '../../../shared/hand-over.ts'

type Collector = (typeof collectors)[number]

const en = {
  who: 'Who collects it?',
  collector: { customer: 'The customer', other: 'Someone else' } satisfies Record<Collector, string>,
  otherMeaning: 'They should show the code or the e-mail that the customer got.',
  what: 'What did you check?',
  check: { code: 'Code', id: 'ID', details: 'Name and order' } satisfies Record<HandOverCheck, string>,
  checkFirst: 'Check one of these first. This store wants it for each order.',
  handedTo: { customer: 'to the customer', other: 'to someone else' } satisfies Record<Collector, string>,
  checked: {
    code: 'code checked',
    id: 'ID checked',
    details: 'name and order checked',
  } satisfies Record<HandOverCheck, string>,
}
const de: typeof en = {
  who: 'Wer holt sie ab?',
  collector: { customer: 'Kundin oder Kunde', other: 'Jemand anderes' },
  otherMeaning: 'Bitte den Code oder die E-Mail zeigen lassen, die zur Bestellung gehören.',
  what: 'Was wurde geprüft?',
  check: { code: 'Code', id: 'Ausweis', details: 'Name und Bestellung' },
  checkFirst: 'Bitte zuerst eines davon prüfen. Diese Filiale verlangt das bei jeder Bestellung.',
  handedTo: { customer: 'an Kundin oder Kunden', other: 'an jemand anderen' },
  checked: { code: 'Code geprüft', id: 'Ausweis geprüft', details: 'Name und Bestellung geprüft' },
}
const fr: typeof en = {
  who: 'Qui vient la retirer ?',
  collector: { customer: 'Le client', other: 'Quelqu’un d’autre' },
  otherMeaning: 'Cette personne doit montrer le code ou l’e-mail que le client a reçu.',
  what: 'Qu’avez-vous vérifié ?',
  check: { code: 'Code', id: 'Pièce d’identité', details: 'Nom et commande' },
  checkFirst: 'Vérifiez d’abord l’un de ces éléments. Ce magasin le demande pour chaque commande.',
  handedTo: { customer: 'au client', other: 'à quelqu’un d’autre' },
  checked: { code: 'code vérifié', id: 'pièce d’identité vérifiée', details: 'nom et commande vérifiés' },
}
const es: typeof en = {
  who: '¿Quién lo recoge?',
  collector: { customer: 'El cliente', other: 'Otra persona' },
  otherMeaning: 'Debe enseñar el código o el correo que recibió el cliente.',
  what: '¿Qué has comprobado?',
  check: { code: 'Código', id: 'Documento', details: 'Nombre y pedido' },
  checkFirst: 'Comprueba antes una de estas cosas. Esta tienda lo pide en cada pedido.',
  handedTo: { customer: 'al cliente', other: 'a otra persona' },
  checked: { code: 'código comprobado', id: 'documento comprobado', details: 'nombre y pedido comprobados' },
}
export const handOverMessages = { en, de, fr, es }
