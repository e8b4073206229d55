const en = {
  title: 'The customer may choose',
  ask: (goods: string) =>
    `Missing: ${goods}. On this page the customer says what becomes of it. Have them scan the code, or send them the link: Tillbridge sends nothing.`,
  until: (moment: string) => `The link works until ${moment}.`,
  expired: 'The link has expired without an answer. Head office decides.',
  code: 'Code with the customer’s link',
  link: 'The customer’s link',
  copy: 'Copy link',
  copied: 'Copied',
  chosen: 'The customer has chosen',
  chose: {
    move: (goods: string, to: string) => `${goods}: to collect at ${to}.`,
    deliver: (goods: string) => `${goods}: to have it delivered.`,
    cancel: (goods: string) => `${goods}: to cancel it and be paid back.`,
  },
  state: {
    'under-way': 'The hub is carrying it out.',
    left: 'Head office takes care of it.',
  },
  done: {
    move: (to: string) => `${to} has the order for them now and tells the customer when they are ready.`,
    deliver: 'This is done.',
    cancel: 'They are cancelled and paid back.',
  },
}

const de: typeof en = {
  title: 'Kundin oder Kunde darf wählen',
  ask: goods =>
    `Es fehlt: ${goods}. Auf dieser Seite sagt die Kundin oder der Kunde, was daraus wird. Lassen Sie den Code scannen oder senden Sie den Link: Tillbridge sendet nichts.`,
  until: moment => `Der Link gilt bis ${moment}.`,
  expired: 'Der Link ist ohne Antwort abgelaufen. Die Zentrale entscheidet.',
  code: 'Code mit dem Link',
  link: 'Link für Kundin oder Kunde',
  copy: 'Link kopieren',
  copied: 'Kopiert',
  chosen: 'Kundin oder Kunde hat gewählt',
  chose: {
    move: (goods, to) => `${goods}: Abholung in ${to}.`,
    deliver: goods => `${goods}: Lieferung.`,
    cancel: goods => `${goods}: stornieren und Geld zurück.`,
  },
  state: {
    'under-way': 'Der Hub führt es aus.',
    left: 'Die Zentrale kümmert sich darum.',
  },
  done: {
    move: to => `${to} hat jetzt den Auftrag und sagt Bescheid, wenn sie bereitliegen.`,
    deliver: 'Das ist erledigt.',
    cancel: 'Sie sind storniert, das Geld ist erstattet.',
  },
}

const fr: typeof en = {
  title: 'Le client peut choisir',
  ask: goods =>
    `Il manque\u00a0: ${goods}. Sur cette page, le client dit ce qu’il veut. Faites-lui scanner le code ou envoyez-lui le lien\u00a0: Tillbridge n’envoie rien.`,
  until: moment => `Le lien est valable jusqu’au ${moment}.`,
  expired: 'Le lien a expiré sans réponse. Le siège décide.',
  code: 'Code avec le lien du client',
  link: 'Lien du client',
  copy: 'Copier le lien',
  copied: 'Copié',
  chosen: 'Le client a choisi',
  chose: {
    move: (goods, to) => `${goods}\u00a0: à retirer à ${to}.`,
    deliver: goods => `${goods}\u00a0: à livrer.`,
    cancel: goods => `${goods}\u00a0: à annuler et à rembourser.`,
  },
  state: {
    'under-way': 'Le hub s’en occupe.',
    left: 'Le siège s’en occupe.',
  },
  done: {
    move: to => `${to} en a maintenant la commande et prévient le client quand ils sont prêts.`,
    deliver: 'C’est fait.',
    cancel: 'Ils sont annulés et remboursés.',
  },
}

const es: typeof en = {
  title: 'El cliente puede elegir',
  ask: goods =>
    `Falta: ${goods}. En esta página el cliente dice qué quiere. Haz que escanee el código o envíale el enlace: Tillbridge no envía nada.`,
  until: moment => `El enlace vale hasta el ${moment}.`,
  expired: 'El enlace ha caducado sin respuesta. Decide la central.',
  code: 'Código con el enlace del cliente',
  link: 'Enlace del cliente',
  copy: 'Copiar enlace',
  copied: 'Copiado',
  chosen: 'El cliente ha elegido',
  chose: {
    move: (goods, to) => `${goods}: recogerlo en ${to}.`,
    deliver: goods => `${goods}: que se lo envíen.`,
    cancel: goods => `${goods}: cancelarlo y recibir el dinero.`,
  },
  state: {
    'under-way': 'El hub se ocupa de ello.',
    left: 'La central se ocupa de ello.',
  },
  done: {
    move: to => `${to} tiene ahora el pedido y avisa al cliente cuando estén listos.`,
    deliver: 'Está hecho.',
    cancel: 'Están cancelados y devuelto el dinero.',
  },
}

export const askedMessages = { en, de, fr, es }
