import type { PickupState } from '../../../shared/pickup-moves.ts'

const givenBy = (staff: string, reason: string | null, none: string) => `${staff}: ${reason ?? none}`

const state: Readonly<Record<PickupState, string>> = {
  received: 'Not started yet',
  accepted: 'Already accepted',
  picking: 'Already being picked',
  short: 'Already reported as incomplete',
  ready: 'Already ready',
  collected: 'Already handed over',
  refused: 'Already given back',
  expired: 'Not collected in time and closed',
  cancelled: 'Cancelled',
}
const en = {
  onHold: 'Shopify has put this order on hold. Do not hand it over until the hold is released.',
  scheduled: (day: string | null) =>
    day === null
      ? 'This is a pre-order, and Shopify names no day for it yet. Do not prepare it or hand it over before it is released.'
      : `This is a pre-order for ${day}. Do not prepare it or hand it over before then.`,
  restHeld: (goods: string) =>
    `Not found here: ${goods}. Head office or the customer decides what they get instead: another store, a replacement or the money back. If it turns up, keep it aside and tell head office; it can go out once they release it.`,
  collectedAtShopify: 'Shopify shows it as handed over.',
  fulfilledAtShopify: 'Shopify shows it as handed over already. There is nothing left to do.',
  orderCancelled: 'The order was cancelled. Put the goods back.',
  takenBack: 'Shopify has taken this pickup back. Put the goods back.',
  unknownToHub:
    'Head office does not have this order at the moment. It comes back automatically if it is still due. Keep the goods aside, and ask head office before you hand them over.',
  movedAway: (to: string) => `Moved to ${to}. Put the goods back.`,
  refused: (staff: string, reason: string | null) =>
    `Given back by ${givenBy(staff, reason, 'no reason given')}`,
  itemsMissing: (staff: string, reason: string | null) =>
    `Missing items reported by ${givenBy(staff, reason, 'no reason given')}`,
  state,
  lastMove: (done: string, by: string, time: string) => `${done} by ${by} at ${time}.`,
  lastState: (done: string) => `${done}.`,
  movedBack: (by: string, time: string) => `Set back to “not started” by ${by} at ${time}.`,
  notReady: 'It is not marked ready yet.',
  collectedAfterCancel:
    'The order had been cancelled before this hand-over. The hand-over is recorded; head office decides about the money.',
  partlyHandedOver: (units: number, goods: string) =>
    `Shopify shows ${units === 1 ? '1 item' : `${units} items`} as handed over. The rest is no longer for this store. Put it back: ${goods}.`,
  collectedBeyondOrder: (goods: string) =>
    `Part of it was no longer in the order: ${goods}. The hand-over is recorded; head office decides about the money.`,
  orderChanged: (added: string | null, removed: string | null) =>
    [
      'The order was changed.',
      ...(added === null ? [] : [`Added, pick this too: ${added}.`]),
      ...(removed === null ? [] : [`Taken off, put this back: ${removed}.`]),
    ].join(' '),
  collectedAfterMove: (to: string) =>
    `The order had been moved to ${to} before this hand-over. The hand-over is recorded; head office sorts out the rest.`,
  handedOverElsewhere: (store: string, staff: string) =>
    `${staff} at ${store} has handed this order over already. Do not hand it over again; head office closes it.`,
  partHandedOverElsewhere: (
    { store, staff }: { readonly store: string; readonly staff: string },
    goods: string,
  ) =>
    `${staff} at ${store} has handed over a part of this order already: ${goods}. Do not hand that over again; head office records it. The rest is still due here.`,
  continues:
    'Shopify has regrouped this order. The goods are still due: see the other card of the same order.',
  addedAfterHandOver: (goods: string) =>
    `The order was handed over, and more was added to it since. Only this is still due: ${goods}.`,
  handOverCancelled:
    'The hand-over was cancelled in Shopify. If the customer has brought the goods back, put them back; head office is told.',
  namedByReceipt: ({ store, number }: { readonly store: string; readonly number: string }, goods: string) =>
    `The customer may have these goods already: ${goods}. Receipt ${number} of ${store} names this order. Ask before you hand anything out.`,
  mayBeCollected: (by: string | null, goods: string) =>
    `The customer may have these goods already: ${goods}. ${by === null ? 'They were marked as handed over in Shopify' : `${by} handed them over`}, and the hand-over was cancelled in Shopify. Ask before you hand anything out.`,
  readyRefused: (said: string) =>
    `Shopify did not accept "ready": ${said} The customer has not been told; tell them if you can.`,
  collectedRefused: (said: string) => `Shopify did not accept the hand-over: ${said}`,
  retried: 'It is retried automatically.',
  undoTooLate: {
    finish:
      'This could not be undone: the customer has been told that the order is ready. Reopen it if it is not.',
    collect:
      'This could not be undone: Shopify already has the hand-over. Tell head office if it was a mistake.',
    refuse: 'This could not be undone: head office already has it. Tell head office if it was a mistake.',
  },
  restMissing: (staff: string, goods: string) =>
    `${staff} could not find: ${goods}. Head office or the customer decides about that; the rest is for the customer.`,
  reopened: (staff: string, reason: string | null) =>
    reason === null ? `${staff} took it back to picking.` : `${staff} took it back to picking: ${reason}`,
  cancelAsked:
    'Shopify was asked to cancel it and pay it back, because it was not collected in time, and has not answered. It can’t be reopened yet. Ask head office before you hand it over.',
  paidBack:
    'It was not collected in time, so the order is cancelled and the customer gets the money back. Do not hand it over; put the goods back on the shelf.',
  notCollected: (days: number) =>
    `The customer did not come for ${days} days. Put the goods back on the shelf; head office takes care of the order.`,
  unknown:
    'Head office has a message about this order that this till cannot show. Ask head office before you go on with it.',
  outdated:
    'Head office has changed this order, but this till is too old to show how. Ask head office before you hand anything over, and ask IT to update Tillbridge here.',
}
const de: typeof en = {
  onHold:
    'Shopify hat diese Bestellung angehalten. Bitte erst übergeben, wenn sie dort wieder freigegeben ist.',
  scheduled: day =>
    day === null
      ? 'Das ist eine Vorbestellung, für die Shopify noch keinen Tag nennt. Bitte erst vorbereiten und übergeben, wenn sie freigegeben ist.'
      : `Das ist eine Vorbestellung für den ${day}. Bitte nicht vorher vorbereiten oder übergeben.`,
  restHeld: goods =>
    `Hier nicht gefunden: ${goods}. Die Zentrale, die Kundin oder der Kunde entscheidet, was stattdessen geschieht: andere Filiale, Ersatz oder Geld zurück. Taucht die Ware auf, bitte beiseitelegen und der Zentrale Bescheid geben; übergeben erst nach deren Freigabe.`,
  collectedAtShopify: 'In Shopify ist sie als übergeben eingetragen.',
  fulfilledAtShopify: 'In Shopify ist sie schon als übergeben eingetragen. Es ist nichts mehr zu tun.',
  orderCancelled: 'Die Bestellung wurde storniert. Bitte die Ware zurücklegen.',
  takenBack: 'Shopify hat diese Abholung zurückgenommen. Bitte die Ware zurücklegen.',
  unknownToHub:
    'Die Zentrale hat diese Bestellung zurzeit nicht. Sie erscheint automatisch wieder, wenn sie noch offen ist. Bitte die Ware beiseitelegen und vor der Übergabe bei der Zentrale nachfragen.',
  movedAway: to => `Verlegt nach ${to}. Bitte die Ware zurücklegen.`,
  refused: (staff, reason) => `Zurückgegeben von ${givenBy(staff, reason, 'ohne Angabe von Gründen')}`,
  itemsMissing: (staff, reason) =>
    `Als unvollständig gemeldet von ${givenBy(staff, reason, 'ohne Angabe von Gründen')}`,
  state: {
    received: 'Noch nicht begonnen',
    accepted: 'Bereits angenommen',
    picking: 'Bereits in Arbeit',
    short: 'Bereits als unvollständig gemeldet',
    ready: 'Bereits bereit',
    collected: 'Bereits übergeben',
    refused: 'Bereits zurückgegeben',
    expired: 'Nicht rechtzeitig abgeholt und geschlossen',
    cancelled: 'Storniert',
  },
  lastMove: (done, by, time) => `${done} von ${by} um ${time}.`,
  lastState: done => `${done}.`,
  movedBack: (by, time) => `Von ${by} um ${time} auf „nicht begonnen“ zurückgesetzt.`,
  notReady: 'Sie ist noch nicht bereit gemeldet.',
  collectedAfterCancel:
    'Die Bestellung war vor dieser Übergabe storniert worden. Die Übergabe ist erfasst; über das Geld entscheidet die Zentrale.',
  partlyHandedOver: (units, goods) =>
    `In Shopify ${units === 1 ? 'ist 1 Artikel' : `sind ${units} Artikel`} als übergeben eingetragen. Der Rest ist nicht mehr für diese Filiale. Bitte zurücklegen: ${goods}.`,
  collectedBeyondOrder: goods =>
    `Ein Teil gehörte nicht mehr zur Bestellung: ${goods}. Die Übergabe ist erfasst; über das Geld entscheidet die Zentrale.`,
  orderChanged: (added, removed) =>
    [
      'Die Bestellung wurde geändert.',
      ...(added === null ? [] : [`Dazugekommen, bitte auch holen: ${added}.`]),
      ...(removed === null ? [] : [`Entfallen, bitte zurücklegen: ${removed}.`]),
    ].join(' '),
  collectedAfterMove: to =>
    `Die Bestellung war vor dieser Übergabe nach ${to} verlegt worden. Die Übergabe ist erfasst; den Rest klärt die Zentrale.`,
  handedOverElsewhere: (store, staff) =>
    `${staff} in ${store} hat diese Bestellung schon übergeben. Bitte nicht noch einmal übergeben; die Zentrale schließt sie ab.`,
  partHandedOverElsewhere: ({ store, staff }, goods) =>
    `${staff} in ${store} hat einen Teil dieser Bestellung schon übergeben: ${goods}. Bitte nicht noch einmal übergeben; die Zentrale trägt es ein. Der Rest ist hier weiter fällig.`,
  continues:
    'Shopify hat diese Bestellung neu aufgeteilt. Die Ware ist noch offen: siehe die andere Karte derselben Bestellung.',
  addedAfterHandOver: goods =>
    `Die Bestellung wurde übergeben; danach kam noch etwas dazu. Nur das ist noch offen: ${goods}.`,
  handOverCancelled:
    'Die Übergabe wurde in Shopify storniert. Hat die Kundin oder der Kunde die Ware zurückgebracht, bitte zurücklegen; die Zentrale weiß Bescheid.',
  namedByReceipt: ({ store, number }, goods) =>
    `Diese Ware ist vielleicht schon abgeholt: ${goods}. Der Beleg ${number} in ${store} nennt diese Bestellung. Bitte vor der Übergabe nachfragen.`,
  mayBeCollected: (by, goods) =>
    `Diese Ware ist vielleicht schon abgeholt: ${goods}. ${by === null ? 'Sie war in Shopify als übergeben eingetragen' : `${by} hat sie übergeben`}, und die Übergabe wurde in Shopify storniert. Bitte vor der Übergabe nachfragen.`,
  readyRefused: said =>
    `Shopify hat „bereit“ nicht angenommen: ${said} Der Kunde/die Kundin wurde nicht benachrichtigt; bitte wenn möglich Bescheid sagen.`,
  collectedRefused: said => `Shopify hat die Übergabe nicht angenommen: ${said}`,
  retried: 'Es wird automatisch erneut versucht.',
  undoTooLate: {
    finish:
      'Das ließ sich nicht mehr rückgängig machen: Die Kundin oder der Kunde weiß schon, dass die Bestellung bereit ist. Bitte wieder öffnen, falls sie es nicht ist.',
    collect:
      'Das ließ sich nicht mehr rückgängig machen: Die Übergabe steht schon in Shopify. War sie ein Versehen, bitte der Zentrale Bescheid geben.',
    refuse:
      'Das ließ sich nicht mehr rückgängig machen: Die Zentrale weiß schon davon. War es ein Versehen, bitte der Zentrale Bescheid geben.',
  },
  restMissing: (staff, goods) =>
    `${staff} hat nicht gefunden: ${goods}. Darüber entscheidet die Zentrale, die Kundin oder der Kunde; der Rest ist für die Kundin oder den Kunden.`,
  reopened: (staff, reason) =>
    reason === null
      ? `${staff} hat sie wieder in Arbeit genommen.`
      : `${staff} hat sie wieder in Arbeit genommen: ${reason}`,
  cancelAsked:
    'Shopify soll sie stornieren und erstatten, weil sie nicht rechtzeitig abgeholt wurde, und hat noch nicht geantwortet. Sie lässt sich noch nicht wieder öffnen. Fragen Sie die Zentrale, bevor Sie sie übergeben.',
  paidBack:
    'Nicht rechtzeitig abgeholt: Die Bestellung ist storniert und wird erstattet. Bitte nicht übergeben und die Ware zurück ins Regal legen.',
  notCollected: days =>
    `Seit ${days} Tagen nicht abgeholt. Bitte die Ware zurück ins Regal legen; um die Bestellung kümmert sich die Zentrale.`,
  unknown:
    'Die Zentrale hat eine Nachricht zu dieser Bestellung, die diese Kasse nicht anzeigen kann. Bitte vor dem nächsten Schritt bei der Zentrale nachfragen.',
  outdated:
    'Die Zentrale hat diese Bestellung geändert, aber diese Kasse ist zu alt, um die Änderung zu zeigen. Bitte vor der Übergabe bei der Zentrale nachfragen und die IT bitten, Tillbridge hier zu aktualisieren.',
}
const fr: typeof en = {
  onHold:
    'Shopify a mis cette commande en suspens. Ne la remettez pas au client avant qu’elle soit débloquée.',
  scheduled: day =>
    day === null
      ? 'C’est une précommande, et Shopify n’indique pas encore de date. Ne la préparez pas et ne la remettez pas avant qu’elle soit débloquée.'
      : `C’est une précommande pour le ${day}. Ne la préparez pas et ne la remettez pas avant cette date.`,
  restHeld: goods =>
    `Introuvable ici : ${goods}. Le siège ou le client décide de ce qu’il reçoit à la place : un autre magasin, un remplacement ou un remboursement. Si l’article réapparaît, gardez-le de côté et prévenez le siège ; il pourra être remis dès que le siège l’aura débloqué.`,
  collectedAtShopify: 'Dans Shopify, elle est indiquée comme remise.',
  fulfilledAtShopify: 'Dans Shopify, elle est déjà indiquée comme remise. Il n’y a plus rien à faire.',
  orderCancelled: 'La commande a été annulée. Remettez les articles en rayon.',
  takenBack: 'Shopify a repris ce retrait. Remettez les articles en rayon.',
  unknownToHub:
    'Le siège n’a pas cette commande pour le moment. Elle réapparaît toute seule si elle est toujours à remettre. Gardez les articles de côté et demandez au siège avant de les remettre.',
  movedAway: to => `Transférée à ${to}. Remettez les articles en rayon.`,
  refused: (staff, reason) => `Rendue au siège par ${staff} (${reason ?? 'sans motif indiqué'})`,
  itemsMissing: (staff, reason) =>
    `Articles manquants signalés par ${staff} (${reason ?? 'sans motif indiqué'})`,
  state: {
    received: 'Pas encore commencée',
    accepted: 'Déjà acceptée',
    picking: 'Déjà en préparation',
    short: 'Déjà signalée incomplète',
    ready: 'Déjà prête',
    collected: 'Déjà remise',
    refused: 'Déjà rendue au siège',
    expired: 'Non retirée à temps et clôturée',
    cancelled: 'Annulée',
  },
  lastMove: (done, by, time) => `${done} (${by}, ${time}).`,
  lastState: done => `${done}.`,
  movedBack: (by, time) => `Remise à « pas encore commencée » par ${by} à ${time}.`,
  notReady: 'Elle n’est pas encore marquée prête.',
  collectedAfterCancel:
    'La commande avait été annulée avant cette remise. La remise est enregistrée ; le siège décide pour l’argent.',
  partlyHandedOver: (units, goods) =>
    `Shopify indique ${units < 2 ? `${units} article remis` : `${units} articles remis`}. Le reste n’est plus pour ce magasin. À remettre en rayon : ${goods}.`,
  collectedBeyondOrder: goods =>
    `Une partie n’était plus dans la commande : ${goods}. La remise est enregistrée ; le siège décide pour l’argent.`,
  orderChanged: (added, removed) =>
    [
      'La commande a été modifiée.',
      ...(added === null ? [] : [`Ajouté, à préparer aussi : ${added}.`]),
      ...(removed === null ? [] : [`Retiré, à remettre en rayon : ${removed}.`]),
    ].join(' '),
  collectedAfterMove: to =>
    `La commande avait été transférée à ${to} avant cette remise. La remise est enregistrée ; le siège règle le reste.`,
  handedOverElsewhere: (store, staff) =>
    `${staff} (${store}) a déjà remis cette commande. Ne la remettez pas une deuxième fois ; le siège la clôture.`,
  partHandedOverElsewhere: ({ store, staff }, goods) =>
    `${staff} (${store}) a déjà remis une partie de cette commande : ${goods}. Ne la remettez pas une deuxième fois ; le siège l’enregistre. Le reste est toujours à remettre ici.`,
  continues:
    'Shopify a réorganisé cette commande. Les articles sont toujours à remettre : voir l’autre fiche de la même commande.',
  addedAfterHandOver: goods =>
    `La commande a été remise, puis des articles y ont été ajoutés. Il ne reste à remettre que : ${goods}.`,
  handOverCancelled:
    'La remise a été annulée dans Shopify. Si le client a rapporté les articles, remettez-les en rayon ; le siège est informé.',
  namedByReceipt: ({ store, number }, goods) =>
    `Le client a peut-être déjà ces articles : ${goods}. Le ticket ${number} de ${store} indique cette commande. Demandez avant de remettre quoi que ce soit.`,
  mayBeCollected: (by, goods) =>
    `Le client a peut-être déjà ces articles : ${goods}. ${by === null ? 'Ils étaient indiqués comme remis dans Shopify' : `${by} les a remis`}, et la remise a été annulée dans Shopify. Demandez avant de remettre quoi que ce soit.`,
  readyRefused: said =>
    `Shopify n’a pas accepté « prête » : ${said} Le client n’a pas été prévenu ; prévenez-le si vous le pouvez.`,
  collectedRefused: said => `Shopify n’a pas accepté la remise : ${said}`,
  retried: 'Un nouvel essai a lieu automatiquement.',
  undoTooLate: {
    finish:
      'Il était trop tard pour revenir en arrière : le client a été prévenu que la commande est prête. Reprenez la préparation si elle ne l’est pas.',
    collect:
      'Il était trop tard pour revenir en arrière : la remise est déjà dans Shopify. Prévenez le siège si c’était une erreur.',
    refuse:
      'Il était trop tard pour revenir en arrière : le siège est déjà informé. Prévenez-le si c’était une erreur.',
  },
  restMissing: (staff, goods) =>
    `${staff} n’a pas trouvé : ${goods}. Le siège ou le client décide pour cette partie ; le reste est pour le client.`,
  reopened: (staff, reason) =>
    reason === null ? `${staff} a repris la préparation.` : `${staff} a repris la préparation : ${reason}`,
  cancelAsked:
    'Shopify doit l’annuler et la rembourser, car elle n’a pas été retirée à temps, et n’a pas encore répondu. Elle ne peut pas encore être rouverte. Demandez au siège avant de la remettre.',
  paidBack:
    'Non retirée à temps : la commande est annulée et remboursée. Ne la remettez pas ; remettez les articles en rayon.',
  notCollected: days =>
    `Le client n’est pas venu pendant ${days} ${days < 2 ? 'jour' : 'jours'}. Remettez les articles en rayon ; le siège s’occupe de la commande.`,
  unknown:
    'Le siège a un message sur cette commande que cette caisse ne peut pas afficher. Demandez au siège avant de continuer.',
  outdated:
    'Le siège a modifié cette commande, mais cette caisse est trop ancienne pour montrer comment. Demandez au siège avant de remettre quoi que ce soit, et faites mettre à jour Tillbridge ici par le service informatique.',
}
const es: typeof en = {
  onHold: 'Shopify ha retenido este pedido. No lo entregues hasta que se libere.',
  scheduled: day =>
    day === null
      ? 'Es una reserva anticipada y Shopify aún no indica una fecha. No la prepares ni la entregues hasta que se libere.'
      : `Es una reserva anticipada para el ${day}. No la prepares ni la entregues antes.`,
  restHeld: goods =>
    `No se ha encontrado aquí: ${goods}. La central o el cliente decide qué recibe a cambio: otra tienda, un sustituto o la devolución del dinero. Si aparece, apártalo y avisa a la central; podrá entregarse cuando lo libere.`,
  collectedAtShopify: 'En Shopify consta como entregado.',
  fulfilledAtShopify: 'En Shopify ya consta como entregado. No queda nada por hacer.',
  orderCancelled: 'El pedido se ha cancelado. Devuelve los artículos al estante.',
  takenBack: 'Shopify ha retirado esta recogida. Devuelve los artículos al estante.',
  unknownToHub:
    'La central no tiene este pedido en este momento. Si sigue pendiente, volverá a aparecer automáticamente. Aparta los artículos y consulta a la central antes de entregarlos.',
  movedAway: to => `Pasado a ${to}. Devuelve los artículos al estante.`,
  refused: (staff, reason) => `Devuelto a la central por ${staff} (${reason ?? 'sin motivo indicado'})`,
  itemsMissing: (staff, reason) =>
    `${staff} ha informado de que faltan artículos (${reason ?? 'sin motivo indicado'})`,
  state: {
    received: 'Aún sin empezar',
    accepted: 'Ya aceptado',
    picking: 'Ya en preparación',
    short: 'Ya señalado como incompleto',
    ready: 'Ya listo',
    collected: 'Ya entregado',
    refused: 'Ya devuelto a la central',
    expired: 'No recogido a tiempo y cerrado',
    cancelled: 'Cancelado',
  },
  lastMove: (done, by, time) => `${done} (${by}, ${time}).`,
  lastState: done => `${done}.`,
  movedBack: (by, time) => `${by} lo ha vuelto a poner «sin empezar» a las ${time}.`,
  notReady: 'Aún no está marcado como listo.',
  collectedAfterCancel:
    'El pedido se había cancelado antes de esta entrega. La entrega queda registrada; la central decide sobre el dinero.',
  partlyHandedOver: (units, goods) =>
    `En Shopify ${units === 1 ? 'consta 1 artículo entregado' : `constan ${units} artículos entregados`}. El resto ya no es para esta tienda. Devuelve al estante: ${goods}.`,
  collectedBeyondOrder: goods =>
    `Una parte ya no estaba en el pedido: ${goods}. La entrega queda registrada; la central decide sobre el dinero.`,
  orderChanged: (added, removed) =>
    [
      'El pedido ha cambiado.',
      ...(added === null ? [] : [`Añadido, prepáralo también: ${added}.`]),
      ...(removed === null ? [] : [`Quitado, devuélvelo al estante: ${removed}.`]),
    ].join(' '),
  collectedAfterMove: to =>
    `El pedido se había pasado a ${to} antes de esta entrega. La entrega queda registrada; la central resuelve el resto.`,
  handedOverElsewhere: (store, staff) =>
    `${staff}, de ${store}, ya ha entregado este pedido. No lo entregues otra vez; la central lo cierra.`,
  partHandedOverElsewhere: ({ store, staff }, goods) =>
    `${staff}, de ${store}, ya ha entregado una parte de este pedido: ${goods}. No la entregues otra vez; la central lo registra. El resto sigue pendiente aquí.`,
  continues:
    'Shopify ha reorganizado este pedido. Los artículos siguen pendientes: mira la otra tarjeta del mismo pedido.',
  addedAfterHandOver: goods =>
    `El pedido se entregó y después se añadió algo más. Solo queda pendiente: ${goods}.`,
  handOverCancelled:
    'La entrega se ha anulado en Shopify. Si el cliente ha traído los artículos, devuélvelos al estante; la central está informada.',
  namedByReceipt: ({ store, number }, goods) =>
    `Puede que el cliente ya tenga estos artículos: ${goods}. El tique ${number} de ${store} indica este pedido. Pregunta antes de entregar nada.`,
  mayBeCollected: (by, goods) =>
    `Puede que el cliente ya tenga estos artículos: ${goods}. ${by === null ? 'Constaban como entregados en Shopify' : `${by} los entregó`}, y la entrega se anuló en Shopify. Pregunta antes de entregar nada.`,
  readyRefused: said =>
    `Shopify no ha aceptado «listo»: ${said} No se ha avisado al cliente; avísale si puedes.`,
  collectedRefused: said => `Shopify no ha aceptado la entrega: ${said}`,
  retried: 'Se vuelve a intentar automáticamente.',
  undoTooLate: {
    finish:
      'Ya no se podía deshacer: se ha avisado al cliente de que el pedido está listo. Si no lo está, vuelve a prepararlo.',
    collect: 'Ya no se podía deshacer: la entrega ya está en Shopify. Si fue un error, avisa a la central.',
    refuse: 'Ya no se podía deshacer: la central ya está informada. Si fue un error, avísala.',
  },
  restMissing: (staff, goods) =>
    `${staff} no ha encontrado: ${goods}. La central o el cliente decide sobre eso; el resto es para el cliente.`,
  reopened: (staff, reason) =>
    reason === null
      ? `${staff} lo ha vuelto a poner en preparación.`
      : `${staff} lo ha vuelto a poner en preparación: ${reason}`,
  cancelAsked:
    'Se ha pedido a Shopify que lo cancele y devuelva el dinero, porque no se ha recogido a tiempo, y aún no ha respondido. Todavía no se puede reabrir. Pregunta a la central antes de entregarlo.',
  paidBack:
    'No se ha recogido a tiempo: el pedido está cancelado y se devuelve el dinero. No lo entregues; devuelve los artículos al estante.',
  notCollected: days =>
    `El cliente no ha venido en ${days === 1 ? '1 día' : `${days} días`}. Devuelve los artículos al estante; la central se encarga del pedido.`,
  unknown:
    'La central tiene un mensaje sobre este pedido que esta caja no puede mostrar. Consulta a la central antes de seguir.',
  outdated:
    'La central ha cambiado este pedido, pero esta caja es demasiado antigua para mostrar cómo. Consulta a la central antes de entregar nada y pide a informática que actualice Tillbridge aquí.',
}
export const pickupNoticeMessages = { en, de, fr, es }
export type PickupNoticeMessages = typeof en
