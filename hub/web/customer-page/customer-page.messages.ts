import type { Language } from '../../../shared/languages.ts'

/** What customers read who choose what becomes of items that their store could not find. */
const en = {
  title: 'Your pickup order',
  order: (name: string) => `Order ${name}`,
  missing: (store: string) => `We are sorry: ${store} could not find all the items that you ordered.`,
  items: 'Items that we could not find',
  rest: 'Everything else in your order stays as it is.',
  question: 'What should we do?',
  move: (store: string) => `I will collect them at ${store}`,
  moveMeans: 'That store prepares them. Wait for a message that they are ready.',
  deliver: 'Please send them to me',
  deliverMeans: 'We check whether that is possible and contact you about the address and the cost.',
  cancel: 'Cancel these items and pay me back',
  cancelMeans: 'The money goes back the way you paid.',
  once: 'You can choose once.',
  until: (moment: string) => `Please choose by ${moment}.`,
  confirm: 'Confirm my choice',
  noChoice: 'Choose one of the options first.',
  notOffered: 'That option is no longer available. Please choose another one.',
  chosen: 'You have chosen',
  chosenBefore: 'Chosen before',
  before:
    'Something else was chosen before, by you or by someone with this link. Your new choice was not taken.',
  chose: {
    move: (store: string) => `To collect the items at ${store}.`,
    deliver: 'To have the items sent to you.',
    cancel: 'To cancel the items and be paid back.',
  },
  done: {
    move: (store: string) =>
      `${store} prepares them now. Please wait for the message that they are ready before you go there.`,
    deliver: 'This is done.',
    cancel: 'This is done: they are cancelled, and the money goes back the way you paid.',
  },
  state: {
    'under-way': 'We have your choice and are working on it. There is nothing else that you need to do.',
    left: 'The shop takes care of it and contacts you if there are questions.',
    deliver: 'The shop checks whether that is possible and contacts you about the address and the cost.',
    over: 'The store has nothing of it to hand over any more, so this is closed. If you have questions, please contact the shop.',
  },
  found: 'The store has found the items',
  foundMeans:
    'There is nothing to choose any more. Wait for the message that they are ready. If you have it already, you can collect them.',
  failed: 'This did not work',
  failedMeans: 'Please try again in a minute, or contact the shop.',
  over: 'This question is closed',
  overMeans: 'There is nothing to choose any more. If you have questions, please contact the shop.',
  expired: 'This link has expired',
  expiredMeans: 'Please contact the shop: it will tell you what can be done about the missing items.',
  unknown: 'This link does not work',
  unknownMeans: 'Please check that you opened the whole link, or contact the shop.',
  tooOften: 'Too many requests',
  tooOftenMeans: 'Please try again in a minute.',
  languages: 'Language',
}

type CustomerPageMessages = typeof en

const de: CustomerPageMessages = {
  title: 'Ihre Bestellung zur Abholung',
  order: name => `Bestellung ${name}`,
  missing: store => `Es tut uns leid: ${store} hat nicht alle Artikel gefunden, die Sie bestellt haben.`,
  items: 'Artikel, die wir nicht gefunden haben',
  rest: 'Alles andere in Ihrer Bestellung bleibt, wie es ist.',
  question: 'Was sollen wir tun?',
  move: store => `Ich hole sie in ${store} ab`,
  moveMeans: 'Diese Filiale stellt sie bereit. Warten Sie auf die Nachricht, dass sie bereitliegen.',
  deliver: 'Bitte schicken Sie sie mir',
  deliverMeans: 'Wir prüfen, ob das geht, und melden uns wegen Adresse und Kosten.',
  cancel: 'Diese Artikel stornieren und das Geld zurückgeben',
  cancelMeans: 'Das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben.',
  once: 'Sie können einmal wählen.',
  until: moment => `Bitte wählen Sie bis ${moment}.`,
  confirm: 'Auswahl bestätigen',
  noChoice: 'Wählen Sie zuerst eine der Möglichkeiten.',
  notOffered: 'Diese Möglichkeit besteht nicht mehr. Bitte wählen Sie eine andere.',
  chosen: 'Sie haben gewählt',
  chosenBefore: 'Schon gewählt',
  before:
    'Vorher wurde etwas anderes gewählt, von Ihnen oder jemandem mit diesem Link. Ihre neue Auswahl wurde nicht übernommen.',
  chose: {
    move: store => `Die Artikel in ${store} abholen.`,
    deliver: 'Die Artikel geschickt bekommen.',
    cancel: 'Die Artikel stornieren und das Geld zurückbekommen.',
  },
  done: {
    move: store =>
      `${store} stellt sie jetzt bereit. Bitte warten Sie auf die Nachricht, dass sie bereitliegen, bevor Sie hingehen.`,
    deliver: 'Das ist erledigt.',
    cancel:
      'Das ist erledigt: Sie sind storniert, und das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben.',
  },
  state: {
    'under-way': 'Wir haben Ihre Auswahl und kümmern uns darum. Sie müssen nichts weiter tun.',
    left: 'Der Händler kümmert sich darum und meldet sich, wenn er Fragen hat.',
    deliver: 'Der Händler prüft, ob das geht, und meldet sich wegen Adresse und Kosten.',
    over: 'In der Filiale ist davon nichts mehr zu übergeben; die Sache ist abgeschlossen. Wenn Sie Fragen haben, wenden Sie sich bitte an den Händler.',
  },
  found: 'Die Filiale hat die Artikel gefunden',
  foundMeans:
    'Es gibt nichts mehr zu wählen. Warten Sie auf die Nachricht, dass sie bereitliegen. Haben Sie sie schon, so können Sie sie abholen.',
  failed: 'Das hat nicht geklappt',
  failedMeans: 'Bitte versuchen Sie es in einer Minute noch einmal, oder wenden Sie sich an den Händler.',
  over: 'Diese Frage ist erledigt',
  overMeans: 'Es gibt nichts mehr zu wählen. Wenn Sie Fragen haben, wenden Sie sich bitte an den Händler.',
  expired: 'Dieser Link ist abgelaufen',
  expiredMeans:
    'Bitte wenden Sie sich an den Händler: Er sagt Ihnen, was aus den fehlenden Artikeln werden kann.',
  unknown: 'Dieser Link funktioniert nicht',
  unknownMeans:
    'Bitte prüfen Sie, ob Sie den ganzen Link geöffnet haben, oder wenden Sie sich an den Händler.',
  tooOften: 'Zu viele Anfragen',
  tooOftenMeans: 'Bitte versuchen Sie es in einer Minute noch einmal.',
  languages: 'Sprache',
}

const fr: CustomerPageMessages = {
  title: 'Votre commande à retirer',
  order: name => `Commande ${name}`,
  missing: store =>
    `Nous sommes désolés\u00a0: ${store} n’a pas trouvé tous les articles que vous avez commandés.`,
  items: 'Articles que nous n’avons pas trouvés',
  rest: 'Le reste de votre commande ne change pas.',
  question: 'Que devons-nous faire\u00a0?',
  move: store => `Je les retirerai à ${store}`,
  moveMeans: 'Ce magasin les prépare. Attendez le message qui vous dit qu’ils sont prêts.',
  deliver: 'Je voudrais qu’ils me soient envoyés',
  deliverMeans: 'Nous vérifions si c’est possible et vous contactons au sujet de l’adresse et des frais.',
  cancel: 'Annuler ces articles et me rembourser',
  cancelMeans: 'Le remboursement se fait par le moyen avec lequel vous avez payé.',
  once: 'Vous ne pouvez choisir qu’une fois.',
  until: moment => `Veuillez choisir avant le ${moment}.`,
  confirm: 'Confirmer mon choix',
  noChoice: 'Choisissez d’abord une des possibilités.',
  notOffered: 'Cette possibilité n’existe plus. Veuillez en choisir une autre.',
  chosen: 'Vous avez choisi',
  chosenBefore: 'Déjà choisi',
  before:
    'Autre chose a été choisi avant, par vous ou par une personne qui a ce lien. Votre nouveau choix n’a pas été pris en compte.',
  chose: {
    move: store => `De retirer les articles à ${store}.`,
    deliver: 'De vous faire envoyer les articles.',
    cancel: 'D’annuler les articles et d’être remboursé.',
  },
  done: {
    move: store =>
      `${store} les prépare maintenant. Attendez le message qui vous dit qu’ils sont prêts avant d’y aller.`,
    deliver: 'C’est fait.',
    cancel:
      'C’est fait : ils sont annulés, et le remboursement se fait par le moyen avec lequel vous avez payé.',
  },
  state: {
    'under-way': 'Nous avons votre choix et nous nous en occupons. Vous n’avez rien d’autre à faire.',
    left: 'La boutique s’en occupe et vous contacte si elle a des questions.',
    deliver: 'La boutique vérifie si c’est possible et vous contacte au sujet de l’adresse et des frais.',
    over: 'Le magasin n’a plus rien à vous en remettre\u00a0: la question est close. Si vous avez des questions, veuillez contacter la boutique.',
  },
  found: 'Le magasin a trouvé les articles',
  foundMeans:
    'Il n’y a plus rien à choisir. Attendez le message qui vous dit qu’ils sont prêts. Si vous l’avez déjà reçu, vous pouvez les retirer.',
  failed: 'Cela n’a pas fonctionné',
  failedMeans: 'Veuillez réessayer dans une minute, ou contacter la boutique.',
  over: 'Cette question est close',
  overMeans: 'Il n’y a plus rien à choisir. Si vous avez des questions, veuillez contacter la boutique.',
  expired: 'Ce lien a expiré',
  expiredMeans:
    'Veuillez contacter la boutique\u00a0: elle vous dira ce qui est possible pour les articles manquants.',
  unknown: 'Ce lien ne fonctionne pas',
  unknownMeans: 'Vérifiez que vous avez ouvert le lien entier, ou contactez la boutique.',
  tooOften: 'Trop de demandes',
  tooOftenMeans: 'Veuillez réessayer dans une minute.',
  languages: 'Langue',
}

const es: CustomerPageMessages = {
  title: 'Tu pedido para recoger',
  order: name => `Pedido ${name}`,
  missing: store => `Lo sentimos: ${store} no ha encontrado todos los artículos que has pedido.`,
  items: 'Artículos que no hemos encontrado',
  rest: 'El resto de tu pedido sigue igual.',
  question: '¿Qué quieres que hagamos?',
  move: store => `Los recogeré en ${store}`,
  moveMeans: 'Esa tienda los prepara. Espera el mensaje que te avise de que están listos.',
  deliver: 'Quiero que me los enviéis',
  deliverMeans: 'Comprobamos si es posible y te contactamos para la dirección y los gastos.',
  cancel: 'Cancelar estos artículos y devolverme el dinero',
  cancelMeans: 'El dinero vuelve por el medio con el que pagaste.',
  once: 'Solo puedes elegir una vez.',
  until: moment => `Elige antes del ${moment}.`,
  confirm: 'Confirmar mi elección',
  noChoice: 'Elige primero una de las opciones.',
  notOffered: 'Esa opción ya no está disponible. Elige otra.',
  chosen: 'Has elegido',
  chosenBefore: 'Ya elegido',
  before:
    'Antes se eligió otra cosa, tú u otra persona con este enlace. Tu nueva elección no se ha tenido en cuenta.',
  chose: {
    move: store => `Recoger los artículos en ${store}.`,
    deliver: 'Que te envíen los artículos.',
    cancel: 'Cancelar los artículos y recibir el dinero.',
  },
  done: {
    move: store =>
      `${store} los prepara ahora. Espera el mensaje que te avise de que están listos antes de ir.`,
    deliver: 'Está hecho.',
    cancel: 'Está hecho: están cancelados, y el dinero vuelve por el medio con el que pagaste.',
  },
  state: {
    'under-way': 'Tenemos tu elección y nos ocupamos de ella. No tienes que hacer nada más.',
    left: 'La tienda se ocupa y te contactará si tiene preguntas.',
    deliver: 'La tienda comprueba si es posible y te contactará para la dirección y los gastos.',
    over: 'La tienda ya no tiene nada de esto que entregarte: el asunto está cerrado. Si tienes preguntas, contacta con la tienda.',
  },
  found: 'La tienda ha encontrado los artículos',
  foundMeans:
    'Ya no hay nada que elegir. Espera el mensaje que te avise de que están listos. Si ya lo tienes, puedes recogerlos.',
  failed: 'No ha funcionado',
  failedMeans: 'Inténtalo de nuevo dentro de un minuto, o contacta con la tienda.',
  over: 'Esta pregunta está cerrada',
  overMeans: 'Ya no hay nada que elegir. Si tienes preguntas, contacta con la tienda.',
  expired: 'Este enlace ha caducado',
  expiredMeans: 'Contacta con la tienda: te dirá qué se puede hacer con los artículos que faltan.',
  unknown: 'Este enlace no funciona',
  unknownMeans: 'Comprueba que has abierto el enlace completo, o contacta con la tienda.',
  tooOften: 'Demasiadas solicitudes',
  tooOftenMeans: 'Inténtalo de nuevo dentro de un minuto.',
  languages: 'Idioma',
}

export const customerPageMessages: Readonly<Record<Language, CustomerPageMessages>> = { en, de, fr, es }
