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
const fr: typeof en = {
  newOrders: n => (n < 2 ? `${n} nouvelle commande` : `${n} nouvelles commandes`),
  announce: (order, customer) => `Nouvelle commande ${order} pour ${customer}`,
  show: 'Afficher',
  soundOn: 'Son activé',
  mute: 'Couper le son 30 minutes',
  muted: until => `Son coupé jusqu’à ${until}`,
  unmute: 'Réactiver le son',
  blocked: 'Touchez pour le son',
  pageTitle: 'Retraits',
}
const es: typeof en = {
  newOrders: n => (n === 1 ? '1 pedido nuevo' : `${n} pedidos nuevos`),
  announce: (order, customer) => `Pedido nuevo ${order} para ${customer}`,
  show: 'Mostrar',
  soundOn: 'Sonido activado',
  mute: 'Silenciar 30 minutos',
  muted: until => `Silenciado hasta las ${until}`,
  unmute: 'Activar el sonido',
  blocked: 'Toca para el sonido',
  pageTitle: 'Recogidas',
}
export const noticeMessages = { en, de, fr, es }
