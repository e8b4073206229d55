const en = {
  newOrders: (n: number) => (n === 1 ? '1 new order waits' : `${n} new orders wait`),
  announce: (order: string, customer: string) => `New order ${order} for ${customer}`,
  show: 'Show',
  soundOn: 'Sound on',
  mute: 'Mute for 30 minutes',
  muted: (until: string) => `Muted until ${until}`,
  unmute: 'Switch the sound on',
  blocked: 'Tap for sound',
  pageTitle: 'Pickups',
}
const de: typeof en = {
  newOrders: n => (n === 1 ? '1 neue Bestellung wartet' : `${n} neue Bestellungen warten`),
  announce: (order, customer) => `Neue Bestellung ${order} für ${customer}`,
  show: 'Anzeigen',
  soundOn: 'Ton an',
  mute: '30 Minuten stumm schalten',
  muted: until => `Stumm bis ${until}`,
  unmute: 'Ton einschalten',
  blocked: 'Ton: hier tippen',
  pageTitle: 'Abholungen',
}
export const noticeMessages = { en, de }
