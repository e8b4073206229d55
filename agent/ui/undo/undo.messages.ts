const en = {
  label: 'Undo the last step',
  done: {
    finish: (order: string) => `${order} is marked ready`,
    collect: (order: string) => `${order} is handed over`,
    refuse: (order: string) => `${order} is given back`,
  },
  until: {
    finish: (seconds: number) => `The customer is told in ${seconds} s`,
    collect: (seconds: number) => `Shopify is told in ${seconds} s`,
    refuse: (seconds: number) => `Head office is told in ${seconds} s`,
  },
  announce: (done: string) => `${done}. Press U to undo.`,
  undo: 'Undo',
}
const de: typeof en = {
  label: 'Letzten Schritt rückgängig machen',
  done: {
    finish: order => `${order} ist bereit gemeldet`,
    collect: order => `${order} ist übergeben`,
    refuse: order => `${order} ist zurückgegeben`,
  },
  until: {
    finish: seconds => `Benachrichtigung in ${seconds} s`,
    collect: seconds => `Meldung an Shopify in ${seconds} s`,
    refuse: seconds => `Meldung an die Zentrale in ${seconds} s`,
  },
  announce: done => `${done}. Mit U rückgängig machen.`,
  undo: 'Rückgängig',
}
export const undoMessages = { en, de }
