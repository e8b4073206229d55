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
export const scanMessages = { en, de }
