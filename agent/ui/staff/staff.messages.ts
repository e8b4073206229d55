const en = {
  who: 'Who is at this till?',
  why: 'Your name goes with every step, so that colleagues know whom to ask.',
  name: 'Your name',
  other: 'Another name',
  save: 'Continue',
  cancel: 'Cancel',
  change: 'Someone else is at this till',
}
const de: typeof en = {
  who: 'Wer ist an dieser Kasse?',
  why: 'Ihr Name steht bei jedem Schritt, damit die anderen wissen, wen sie fragen können.',
  name: 'Ihr Name',
  other: 'Anderer Name',
  save: 'Weiter',
  cancel: 'Abbrechen',
  change: 'Jemand anderes ist an dieser Kasse',
}
const fr: typeof en = {
  who: 'Qui est à cette caisse ?',
  why: 'Votre nom accompagne chaque étape, pour que vos collègues sachent à qui s’adresser.',
  name: 'Votre nom',
  other: 'Un autre nom',
  save: 'Continuer',
  cancel: 'Annuler',
  change: 'Quelqu’un d’autre est à cette caisse',
}
const es: typeof en = {
  who: '¿Quién está en esta caja?',
  why: 'Tu nombre acompaña cada paso, para que los compañeros sepan a quién preguntar.',
  name: 'Tu nombre',
  other: 'Otro nombre',
  save: 'Continuar',
  cancel: 'Cancelar',
  change: 'Otra persona está en esta caja',
}
export const staffMessages = { en, de, fr, es }
