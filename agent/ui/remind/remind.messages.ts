import type { ReminderMeans } from '../../../shared/reminders.ts'

const en = {
  remind: 'Remind customer',
  title: (order: string, customer: string) => `Remind ${customer} about ${order}`,
  waiting: (length: string) => `Ready for ${length}`,
  phone: (end: string) => `Phone ends in ${end}`,
  contact: 'The order in Shopify has the phone number and the e-mail address.',
  meaning: 'Tillbridge sends no message. Contact the customer first, then tap how you did it.',
  how: 'How did you remind the customer?',
  means: {
    phone: 'By phone',
    mail: 'By e-mail',
    'in-person': 'In person',
    other: 'Another way',
  } satisfies Record<ReminderMeans, string>,
  no: 'Not yet',
  by: {
    phone: 'Reminded by phone',
    mail: 'Reminded by e-mail',
    'in-person': 'Reminded in person',
    other: 'Reminded',
  } satisfies Record<ReminderMeans, string>,
  times: (said: string, times: number) => (times === 1 ? `${said}` : `${said} (${times} times in all)`),
  done: (order: string) => `${order}: the reminder is saved`,
  undone: (order: string) => `${order}: the reminder is taken back`,
  notSaved: (order: string) => `The reminder for ${order} was not saved`,
  noAnswer:
    'Tillbridge on this till does not answer. Ask IT to restart it; the order then shows whether the reminder was saved.',
}
const de: typeof en = {
  remind: 'An Abholung erinnern',
  title: (order, customer) => `${customer} an ${order} erinnern`,
  waiting: length => `Bereit seit ${length}`.replace(/ Tage$/, ' Tagen'),
  phone: end => `Telefon endet auf ${end}`,
  contact: 'Telefonnummer und E-Mail-Adresse stehen in der Bestellung in Shopify.',
  meaning: 'Tillbridge verschickt keine Nachricht. Bitte erst Kontakt aufnehmen, dann antippen, wie.',
  how: 'Wie wurde erinnert?',
  means: {
    phone: 'Telefonisch',
    mail: 'Per E-Mail',
    'in-person': 'Persönlich',
    other: 'Auf anderem Weg',
  },
  no: 'Noch nicht',
  by: {
    phone: 'Telefonisch erinnert',
    mail: 'Per E-Mail erinnert',
    'in-person': 'Persönlich erinnert',
    other: 'Erinnert',
  },
  times: (said, times) => (times === 1 ? `${said}` : `${said} (insgesamt ${times}-mal)`),
  done: order => `${order}: Erinnerung gespeichert`,
  undone: order => `${order}: Erinnerung zurückgenommen`,
  notSaved: order => `Die Erinnerung zu ${order} wurde nicht gespeichert`,
  noAnswer:
    'Tillbridge an dieser Kasse antwortet nicht. Bitte die IT, es neu zu starten; danach zeigt die Bestellung, ob die Erinnerung gespeichert ist.',
}
const fr: typeof en = {
  remind: 'Relancer le client',
  title: (order, customer) => `Relancer ${customer} pour ${order}`,
  waiting: length => `Prête depuis ${length}`,
  phone: end => `Téléphone se terminant par ${end}`,
  contact: 'Le numéro de téléphone et l’adresse e-mail figurent dans la commande sur Shopify.',
  meaning:
    'Tillbridge n’envoie aucun message. Contactez d’abord le client, puis touchez le moyen que vous avez utilisé.',
  how: 'Comment avez-vous relancé le client ?',
  means: {
    phone: 'Par téléphone',
    mail: 'Par e-mail',
    'in-person': 'En personne',
    other: 'Autrement',
  },
  no: 'Pas encore',
  by: {
    phone: 'Relancé par téléphone',
    mail: 'Relancé par e-mail',
    'in-person': 'Relancé en personne',
    other: 'Relancé',
  },
  times: (said, times) => (times === 1 ? `${said}` : `${said} (${times} fois en tout)`),
  done: order => `${order} : la relance est enregistrée`,
  undone: order => `${order} : la relance est annulée`,
  notSaved: order => `La relance pour ${order} n’a pas été enregistrée`,
  noAnswer:
    'Tillbridge ne répond pas sur cette caisse. Demandez au service informatique de le redémarrer ; la commande montrera ensuite si la relance est enregistrée.',
}
const es: typeof en = {
  remind: 'Avisar al cliente',
  title: (order, customer) => `Avisar a ${customer} de ${order}`,
  waiting: length => `Listo desde hace ${length}`,
  phone: end => `Teléfono terminado en ${end}`,
  contact: 'El teléfono y el correo electrónico figuran en el pedido en Shopify.',
  meaning:
    'Tillbridge no envía ningún mensaje. Contacta primero con el cliente y luego toca cómo lo has hecho.',
  how: '¿Cómo has avisado al cliente?',
  means: {
    phone: 'Por teléfono',
    mail: 'Por correo',
    'in-person': 'En persona',
    other: 'De otra forma',
  },
  no: 'Todavía no',
  by: {
    phone: 'Avisado por teléfono',
    mail: 'Avisado por correo',
    'in-person': 'Avisado en persona',
    other: 'Avisado',
  },
  times: (said, times) => (times === 1 ? `${said}` : `${said} (${times} veces en total)`),
  done: order => `${order}: el aviso se ha guardado`,
  undone: order => `${order}: el aviso se ha retirado`,
  notSaved: order => `El aviso de ${order} no se ha guardado`,
  noAnswer:
    'Tillbridge no responde en esta caja. Pide a informática que lo reinicie; después, el pedido mostrará si el aviso se ha guardado.',
}
export const remindMessages = { en, de, fr, es }
