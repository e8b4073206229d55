const en = {
  label: 'Undo the last step',
  done: {
    finish: (order: string) => `${order} is marked ready`,
    collect: (order: string) => `${order} is handed over`,
    refuse: (order: string) => `${order} is given back`,
    return: (order: string) => `${order} is taken back`,
    reminder: (order: string) => `${order}: customer reminded`,
    putBack: (order: string) => `${order}: goods put back`,
  },
  until: {
    finish: (seconds: number) => `The customer is told in ${seconds} s`,
    collect: (seconds: number) => `Shopify is told in ${seconds} s`,
    refuse: (seconds: number) => `Head office is told in ${seconds} s`,
    return: (seconds: number) => `Shopify is told in ${seconds} s`,
    reminder: (seconds: number) => `You can undo it for ${seconds} s`,
  },
  /** Until contact is back, no one is told. */
  offline: (seconds: number) => `Sent when the connection is back. You can undo it for ${seconds} s`,
  announce: (done: string) => `${done}. Press U to undo.`,
  undo: 'Undo',
}
const de: typeof en = {
  label: 'Letzten Schritt rückgängig machen',
  done: {
    finish: order => `${order} ist bereit gemeldet`,
    collect: order => `${order} ist übergeben`,
    refuse: order => `${order} ist zurückgegeben`,
    return: order => `${order} ist zurückgenommen`,
    reminder: order => `${order}: Kundin oder Kunde erinnert`,
    putBack: order => `${order}: Ware zurückgelegt`,
  },
  until: {
    finish: seconds => `Benachrichtigung in ${seconds} s`,
    collect: seconds => `Meldung an Shopify in ${seconds} s`,
    refuse: seconds => `Meldung an die Zentrale in ${seconds} s`,
    return: seconds => `Meldung an Shopify in ${seconds} s`,
    reminder: seconds => `Noch ${seconds} s rückgängig zu machen`,
  },
  offline: seconds => `Wird gesendet, sobald die Verbindung steht. Noch ${seconds} s rückgängig zu machen`,
  announce: done => `${done}. Mit U rückgängig machen.`,
  undo: 'Rückgängig',
}
const fr: typeof en = {
  label: 'Revenir sur la dernière étape',
  done: {
    finish: order => `${order} est marquée prête`,
    collect: order => `${order} est remise au client`,
    refuse: order => `${order} est rendue au siège`,
    return: order => `${order} est reprise`,
    reminder: order => `${order} : client relancé`,
    putBack: order => `${order} : articles remis en rayon`,
  },
  until: {
    finish: seconds => `Le client est prévenu dans ${seconds} s`,
    collect: seconds => `Shopify est informé dans ${seconds} s`,
    refuse: seconds => `Le siège est informé dans ${seconds} s`,
    return: seconds => `Shopify est informé dans ${seconds} s`,
    reminder: seconds => `Annulable pendant ${seconds} s`,
  },
  offline: seconds => `Envoyé quand la connexion revient. Annulable pendant ${seconds} s`,
  announce: done => `${done}. Touche U pour revenir en arrière.`,
  undo: 'Revenir en arrière',
}
const es: typeof en = {
  label: 'Deshacer el último paso',
  done: {
    finish: order => `${order} está marcado como listo`,
    collect: order => `${order} está entregado`,
    refuse: order => `${order} se ha devuelto a la central`,
    return: order => `${order} está devuelto`,
    reminder: order => `${order}: cliente avisado`,
    putBack: order => `${order}: artículos devueltos al estante`,
  },
  until: {
    finish: seconds => `Se avisa al cliente en ${seconds} s`,
    collect: seconds => `Se informa a Shopify en ${seconds} s`,
    refuse: seconds => `Se informa a la central en ${seconds} s`,
    return: seconds => `Se informa a Shopify en ${seconds} s`,
    reminder: seconds => `Puedes deshacerlo durante ${seconds} s`,
  },
  offline: seconds => `Se envía cuando vuelva la conexión. Puedes deshacerlo durante ${seconds} s`,
  announce: done => `${done}. Pulsa U para deshacer.`,
  undo: 'Deshacer',
}
export const undoMessages = { en, de, fr, es }
