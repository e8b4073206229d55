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
export const staffMessages = { en, de }
