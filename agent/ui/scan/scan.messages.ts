const en = {
  right: (title: string) => `In this order: ${title}`,
  same: (order: string) => `${order} is open already`,
  elsewhere: (title: string, orders: string) => `Not in this order: ${title} belongs to ${orders}`,
  unknown: (code: string) => `Not in this order: no order here has ${code}`,
  noOrderOpen: (code: string) => `Scan the order before ${code}`,
  noOrderOpenMeaning: 'This code acts on the order that is open. No order is open now.',
  /** Of a scan while a question is open. */
  inDialog: {
    otherOrder: (scanned: string, asked: string) => `That is ${scanned}, not ${asked}`,
    answerFirst: (order: string) => `${order} is right. Answer what is asked here first`,
    item: (title: string, order: string) => `That is an item of ${order}: ${title}. Nothing was counted`,
    unknown: (code: string, order: string) => `That is not ${order}: no order here has ${code}`,
    notHere: (code: string) => `${code} does not answer this question`,
  },
  notNow: (code: string, state: string) => `${code} does nothing now: the order is “${state}”`,
}
const de: typeof en = {
  right: title => `In dieser Bestellung: ${title}`,
  same: order => `${order} ist schon geöffnet`,
  elsewhere: (title, orders) => `Nicht in dieser Bestellung: ${title} gehört zu ${orders}`,
  unknown: code => `Nicht in dieser Bestellung: Keine Bestellung hier enthält ${code}`,
  noOrderOpen: code => `Vor ${code} bitte die Bestellung scannen`,
  noOrderOpenMeaning: 'Dieser Code wirkt auf die geöffnete Bestellung. Gerade ist keine geöffnet.',
  inDialog: {
    otherOrder: (scanned, asked) => `Das ist ${scanned}, nicht ${asked}`,
    answerFirst: order => `${order} stimmt. Bitte zuerst beantworten, was hier gefragt ist`,
    item: (title, order) => `Das ist ein Artikel von ${order}: ${title}. Nichts wurde gezählt`,
    unknown: (code, order) => `Das ist nicht ${order}: Keine Bestellung hier enthält ${code}`,
    notHere: code => `${code} beantwortet diese Frage nicht`,
  },
  notNow: (code, state) => `${code} bewirkt jetzt nichts: Die Bestellung ist „${state}“`,
}
const fr: typeof en = {
  right: title => `Dans cette commande : ${title}`,
  same: order => `${order} est déjà ouverte`,
  elsewhere: (title, orders) => `Pas dans cette commande : ${title} va avec ${orders}`,
  unknown: code => `Pas dans cette commande : aucune commande ici ne contient ${code}`,
  noOrderOpen: code => `Scannez la commande avant ${code}`,
  noOrderOpenMeaning: 'Ce code agit sur la commande ouverte. Aucune n’est ouverte pour l’instant.',
  inDialog: {
    otherOrder: (scanned, asked) => `C’est ${scanned}, pas ${asked}`,
    answerFirst: order => `${order}, c’est bien ça. Répondez d’abord à ce qui est demandé ici`,
    item: (title, order) => `C’est un article de ${order} : ${title}. Rien n’a été compté`,
    unknown: (code, order) => `Ce n’est pas ${order} : aucune commande ici ne contient ${code}`,
    notHere: code => `${code} ne répond pas à cette question`,
  },
  notNow: (code, state) => `${code} ne fait rien maintenant : état de la commande : « ${state} »`,
}
const es: typeof en = {
  right: title => `En este pedido: ${title}`,
  same: order => `${order} ya está abierto`,
  elsewhere: (title, orders) => `No es de este pedido: ${title} es de ${orders}`,
  unknown: code => `No es de este pedido: ningún pedido de aquí lleva ${code}`,
  noOrderOpen: code => `Escanea el pedido antes de ${code}`,
  noOrderOpenMeaning: 'Este código actúa sobre el pedido abierto. Ahora no hay ninguno abierto.',
  inDialog: {
    otherOrder: (scanned, asked) => `Es ${scanned}, no ${asked}`,
    answerFirst: order => `${order} es correcto. Responde antes a lo que se pregunta aquí`,
    item: (title, order) => `Es un artículo de ${order}: ${title}. No se ha contado nada`,
    unknown: (code, order) => `No es ${order}: ningún pedido de aquí lleva ${code}`,
    notHere: code => `${code} no responde a esta pregunta`,
  },
  notNow: (code, state) => `${code} no hace nada ahora: el pedido está en «${state}»`,
}
export const scanMessages = { en, de, fr, es }
