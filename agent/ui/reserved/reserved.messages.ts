const en = {
  title: 'Reserved!',
  scanned: 'All that are left are promised to:',
  scannedMeaning: 'Sell it only if you find another one for this order.',
  sold: (n: number) =>
    n === 1 ? 'Sold, though promised. 1 is missing for:' : `Sold, though promised. ${n} are missing for:`,
  soldMeaning: 'Look for another one, or report it as missing in the order.',
  read: 'I have read it',
}
const de: typeof en = {
  title: 'Reserviert!',
  scanned: 'Alle, die noch da sind, sind zugesagt:',
  scannedMeaning: 'Nur verkaufen, wenn sich für diese Bestellung ein anderes Stück findet.',
  sold: n =>
    n === 1 ? 'Verkauft, obwohl zugesagt. Es fehlt 1 für:' : `Verkauft, obwohl zugesagt. Es fehlen ${n} für:`,
  soldMeaning: 'Bitte ein anderes Stück suchen oder in der Bestellung als fehlend melden.',
  read: 'Gelesen',
}
const fr: typeof en = {
  title: 'Réservé !',
  scanned: 'Tous ceux qui restent sont promis à :',
  scannedMeaning: 'Ne le vendez que si vous en trouvez un autre pour cette commande.',
  sold: n =>
    n < 2
      ? `Vendu alors que promis. Il en manque ${n} pour :`
      : `Vendus alors que promis. Il en manque ${n} pour :`,
  soldMeaning: 'Cherchez-en un autre, ou signalez-le manquant dans la commande.',
  read: 'J’ai lu',
}
const es: typeof en = {
  title: '¡Reservado!',
  scanned: 'Todos los que quedan están prometidos a:',
  scannedMeaning: 'Véndelo solo si encuentras otro para este pedido.',
  sold: n =>
    n === 1
      ? 'Vendido aunque estaba prometido. Falta 1 para:'
      : `Vendidos aunque estaban prometidos. Faltan ${n} para:`,
  soldMeaning: 'Busca otro, o indica en el pedido que falta.',
  read: 'Lo he leído',
}
export const reservedMessages = { en, de, fr, es }
