const en = {
  right: (title: string) => `In this order: ${title}`,
  same: (order: string) => `${order} is open already`,
  elsewhere: (title: string, orders: string) => `Not in this order: ${title} belongs to ${orders}`,
  unknown: (code: string) => `Not in this order: no order here has ${code}`,
  noOrderOpen: (code: string) => `Scan the order before ${code}`,
  noOrderOpenMeaning: 'This code acts on the order that is open. No order is open now.',
  notNow: (code: string, state: string) => `${code} does nothing now: the order is “${state}”`,
}
const de: typeof en = {
  right: title => `In dieser Bestellung: ${title}`,
  same: order => `${order} ist schon geöffnet`,
  elsewhere: (title, orders) => `Nicht in dieser Bestellung: ${title} gehört zu ${orders}`,
  unknown: code => `Nicht in dieser Bestellung: Keine Bestellung hier enthält ${code}`,
  noOrderOpen: code => `Vor ${code} bitte die Bestellung scannen`,
  noOrderOpenMeaning: 'Dieser Code wirkt auf die geöffnete Bestellung. Gerade ist keine geöffnet.',
  notNow: (code, state) => `${code} bewirkt jetzt nichts: Die Bestellung ist „${state}“`,
}
const fr: typeof en = {
  right: title => `Dans cette commande : ${title}`,
  same: order => `${order} est déjà ouverte`,
  elsewhere: (title, orders) => `Pas dans cette commande : ${title} va avec ${orders}`,
  unknown: code => `Pas dans cette commande : aucune commande ici ne contient ${code}`,
  noOrderOpen: code => `Scannez la commande avant ${code}`,
  noOrderOpenMeaning: 'Ce code agit sur la commande ouverte. Aucune n’est ouverte pour l’instant.',
  notNow: (code, state) => `${code} ne fait rien maintenant : état de la commande : « ${state} »`,
}
const es: typeof en = {
  right: title => `En este pedido: ${title}`,
  same: order => `${order} ya está abierto`,
  elsewhere: (title, orders) => `No es de este pedido: ${title} es de ${orders}`,
  unknown: code => `No es de este pedido: ningún pedido de aquí lleva ${code}`,
  noOrderOpen: code => `Escanea el pedido antes de ${code}`,
  noOrderOpenMeaning: 'Este código actúa sobre el pedido abierto. Ahora no hay ninguno abierto.',
  notNow: (code, state) => `${code} no hace nada ahora: el pedido está en «${state}»`,
}
export const scanMessages = { en, de, fr, es }
