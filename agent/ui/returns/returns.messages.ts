const en = {
  open: 'Take back',
  title: 'Take an online order back',
  back: 'Orders',
  search: 'Order number, name, e-mail, or scan an item',
  searchButton: 'Search',
  searching: 'Asking head office…',
  found: (count: number) => (count === 1 ? '1 order' : `${count} orders`),
  more: 'There are more. Type more of the name.',
  none: 'No order found',
  noneMeaning: 'Try the number on the slip or in the customer’s mail.',
  local: 'No connection to head office',
  localWhy: {
    HUB_SLOW: 'Head office takes too long to answer',
    HUB_ANSWERS_NOTHING: 'Head office can’t look orders up yet',
    RETURNS_UNREACHABLE: 'Shopify does not answer',
    RETURNS_THROTTLED: 'Shopify is too busy to answer',
    RETURNS_REFUSED: 'Shopify refuses Tillbridge. Tell IT.',
    RETURNS_NO_SHOP: 'Head office is not connected to Shopify. Tell IT.',
    RETURNS_FAILED: 'Head office could not read this order. Tell IT.',
  },
  localMeaning:
    'Only orders that were handed over here are shown. The money goes back as soon as head office can see to it.',
  units: (count: number) => (count === 1 ? '1 item' : `${count} items`),
  phone: (end: string) => `phone …${end}`,
  nothing: 'Nothing of this order can be taken back',
  nothingMeaning: 'It was refunded or returned already, or not handed over yet.',
  sellable: 'Can be sold again',
  damaged: 'Damaged',
  ofUnits: (count: number) => (count === 1 ? '1 can be returned' : `${count} can be returned`),
  notInOrder: (code: string) => `Not in this order: ${code}`,
  tooMany: (item: string) => `No more of it can be returned: ${item}`,
  otherOrder: 'Other order',
  check: (count: number) =>
    count === 0 ? 'Choose what comes back' : `Check ${count === 1 ? '1 item' : `${count} items`}`,
  checkTitle: (order: string) => `Take back from order ${order}?`,
  reason: 'Why does it come back?',
  reasons: {
    unwanted: 'Not wanted',
    'too-small': 'Too small',
    'too-large': 'Too large',
    defective: 'Faulty',
    'not-as-described': 'Not as described',
    'wrong-item': 'Wrong item',
    other: 'Other',
  },
  isDamaged: 'damaged',
  shelf: (count: number) =>
    count === 1 ? '1 item goes back on sale in this store.' : `${count} items go back on sale in this store.`,
  waste: (count: number) =>
    count === 1
      ? '1 item is damaged and goes into no stock.'
      : `${count} items are damaged and go into no stock.`,
  money: (amount: string) =>
    `About ${amount} goes back to the payment it came from. Discounts and earlier refunds count. You can undo it for 8 seconds.`,
  moneyUnknown: 'The money goes back to the payment it came from. You can undo it for 8 seconds.',
  office: 'Head office pays the money back. You can undo it for 8 seconds.',
  change: 'Change',
  yes: 'Take back',
  failed: 'The return was not recorded',
  noAnswer: 'It is not known whether the return was recorded. Press once more: it counts once.',
  next: 'Next customer',
  recent: 'Taken back in the last 7 days',
  slip: 'Print slip',
  slipFailed: 'The slip could not be queued',
  by: (staff: string, till: string) => `${staff}, ${till}`,
  state: {
    recorded: 'Safe here, not yet at head office',
    waiting: 'Shopify is being told',
    done: 'Done',
    owed: 'Head office pays',
    refused: 'Not carried out',
    undone: 'Undone',
  },
  meaning: {
    recorded: 'The money goes back when the connection is there again. Nothing else has to be done.',
    waiting: 'The money goes back to the payment it came from. This takes a few seconds.',
    owed: 'The goods are booked. Head office pays the customer back.',
  },
  refunded: (amount: string) => `${amount} paid back`,
  officePays: 'Head office pays the customer back. Nothing else has to be done.',
  nothingDue: 'Nothing was due',
  problem: {
    undone: 'Taken back by mistake and undone. The customer keeps the items.',
    'not-returnable':
      'It was refunded or returned already. Do not pay it out; keep the goods. Head office looks into it.',
    'order-unknown': 'Head office does not know this order. Keep the goods. Head office looks into it.',
    'not-agreed': 'This store takes no online orders back. Keep the goods. Head office looks into it.',
    'stopped-in-shopify': 'The return was called off at head office. Ask there before you promise money.',
    'too-many': 'Too many returns wait. Keep the goods, and tell IT.',
    other: 'Keep the goods. Head office looks into it.',
  },
  undoTooLate: 'It could not be undone any more: Shopify had it already. Head office puts it right.',
  undoFailed: 'The return was not undone',
  undoNoAnswer: 'It is not known whether it was undone. Look at it in the list of what was taken back.',
  unanswered: 'The order could not be looked up',
  answers: {
    HUB_OFFLINE:
      'There is no connection to head office, and this till did not hand such an order over. Write the order’s number and the items down.',
    HUB_ANSWERS_NOTHING: 'Head office can’t look orders up yet. IT updates the hub.',
    HUB_SLOW: 'Head office takes too long to answer. Try again in a minute.',
    TOO_MANY_QUESTIONS: 'This till is still looking for something else. Try again in a moment.',
    TOO_MANY_LOOK_UPS:
      'This till has looked up very many orders within an hour. Wait until the hour is over, or ask head office to look the order up.',
    RETURNS_UNREACHABLE:
      'Shopify does not answer. Try again in a minute, or write the order’s number and the items down.',
    RETURNS_THROTTLED: 'Shopify is too busy to answer. Try again in a minute.',
    RETURNS_REFUSED:
      'Shopify refuses Tillbridge. Tell IT, and write the order’s number and the items down meanwhile.',
    RETURNS_NO_SHOP:
      'Head office is not connected to Shopify. Tell IT, and write the order’s number and the items down meanwhile.',
    RETURNS_FAILED:
      'Head office could not read this order; others may work. Write its number and the items down, and tell IT.',
    RETURNS_NOT_AGREED: 'This store takes no online orders back.',
    RETURNS_NOT_ALLOWED: 'Tillbridge may not make returns in Shopify yet. Tell IT.',
    RETURN_ORDER_UNKNOWN: 'The order is too old to be shown. Ask head office.',
    other: 'Try again. If it stays so, write the order’s number and the items down, and tell head office.',
  },
}
type Words = typeof en
const de: Words = {
  open: 'Rücknahme',
  title: 'Online-Bestellung zurücknehmen',
  back: 'Bestellungen',
  search: 'Nummer, Name, E-Mail, oder Artikel scannen',
  searchButton: 'Suchen',
  searching: 'Die Zentrale wird gefragt …',
  found: count => (count === 1 ? '1 Bestellung' : `${count} Bestellungen`),
  more: 'Es gibt weitere. Mehr vom Namen eingeben.',
  none: 'Keine Bestellung gefunden',
  noneMeaning: 'Mit der Nummer vom Zettel oder aus der E-Mail des Kunden versuchen.',
  local: 'Keine Verbindung zur Zentrale',
  localWhy: {
    HUB_SLOW: 'Die Zentrale antwortet nicht rechtzeitig',
    HUB_ANSWERS_NOTHING: 'Die Zentrale kann noch keine Bestellungen suchen',
    RETURNS_UNREACHABLE: 'Shopify antwortet nicht',
    RETURNS_THROTTLED: 'Shopify ist gerade überlastet',
    RETURNS_REFUSED: 'Shopify weist Tillbridge ab. Bitte der IT Bescheid geben.',
    RETURNS_NO_SHOP: 'Die Zentrale ist nicht mit Shopify verbunden. Bitte der IT Bescheid geben.',
    RETURNS_FAILED: 'Die Zentrale konnte diese Bestellung nicht lesen. Bitte der IT Bescheid geben.',
  },
  localMeaning:
    'Nur hier ausgegebene Bestellungen werden gezeigt. Das Geld geht zurück, sobald die Zentrale sich darum kümmern kann.',
  units: count => `${count} Artikel`,
  phone: end => `Telefon …${end}`,
  nothing: 'Von dieser Bestellung kann nichts zurückgenommen werden',
  nothingMeaning: 'Sie wurde schon erstattet oder zurückgegeben, oder noch nicht ausgegeben.',
  sellable: 'Wieder verkäuflich',
  damaged: 'Beschädigt',
  ofUnits: count => (count === 1 ? '1 kann zurück' : `${count} können zurück`),
  notInOrder: code => `Nicht in dieser Bestellung: ${code}`,
  tooMany: item => `Davon kann nicht mehr zurück: ${item}`,
  otherOrder: 'Andere Bestellung',
  check: count => (count === 0 ? 'Auswählen, was zurückkommt' : `${count} Artikel prüfen`),
  checkTitle: order => `Aus Bestellung ${order} zurücknehmen?`,
  reason: 'Warum kommt es zurück?',
  reasons: {
    unwanted: 'Gefällt nicht',
    'too-small': 'Zu klein',
    'too-large': 'Zu groß',
    defective: 'Fehlerhaft',
    'not-as-described': 'Anders als beschrieben',
    'wrong-item': 'Falscher Artikel',
    other: 'Anderes',
  },
  isDamaged: 'beschädigt',
  shelf: count =>
    count === 1
      ? '1 Artikel kommt hier wieder in den Verkauf.'
      : `${count} Artikel kommen hier wieder in den Verkauf.`,
  waste: count =>
    count === 1
      ? '1 Artikel ist beschädigt und kommt in keinen Bestand.'
      : `${count} Artikel sind beschädigt und kommen in keinen Bestand.`,
  money: amount =>
    `Etwa ${amount} gehen auf dem Weg zurück, auf dem bezahlt wurde. Rabatte und frühere Erstattungen zählen mit. Das lässt sich 8 Sekunden lang rückgängig machen.`,
  moneyUnknown:
    'Das Geld geht auf dem Weg zurück, auf dem bezahlt wurde. Das lässt sich 8 Sekunden lang rückgängig machen.',
  office: 'Die Zentrale erstattet das Geld. Das lässt sich 8 Sekunden lang rückgängig machen.',
  change: 'Ändern',
  yes: 'Zurücknehmen',
  failed: 'Die Rücknahme wurde nicht erfasst',
  noAnswer: 'Es ist nicht bekannt, ob die Rücknahme erfasst wurde. Noch einmal drücken: Sie zählt einmal.',
  next: 'Nächster Kunde',
  recent: 'In den letzten 7 Tagen zurückgenommen',
  slip: 'Beleg drucken',
  slipFailed: 'Der Beleg konnte nicht eingereiht werden',
  by: (staff, till) => `${staff}, ${till}`,
  state: {
    recorded: 'Hier sicher, noch nicht in der Zentrale',
    waiting: 'Wird Shopify gemeldet',
    done: 'Erledigt',
    owed: 'Zentrale erstattet',
    refused: 'Nicht ausgeführt',
    undone: 'Rückgängig gemacht',
  },
  meaning: {
    recorded: 'Das Geld geht zurück, sobald die Verbindung wieder da ist. Sonst ist nichts zu tun.',
    waiting: 'Das Geld geht auf dem Weg zurück, auf dem bezahlt wurde. Das dauert einige Sekunden.',
    owed: 'Die Ware ist gebucht. Die Zentrale erstattet dem Kunden das Geld.',
  },
  refunded: amount => `${amount} erstattet`,
  officePays: 'Die Zentrale erstattet dem Kunden das Geld. Sonst ist nichts zu tun.',
  nothingDue: 'Es war nichts zu erstatten',
  problem: {
    undone: 'Versehentlich zurückgenommen und rückgängig gemacht. Der Kunde behält die Artikel.',
    'not-returnable':
      'Es wurde schon erstattet oder zurückgegeben. Nichts auszahlen, die Ware behalten. Die Zentrale kümmert sich darum.',
    'order-unknown':
      'Die Zentrale kennt diese Bestellung nicht. Die Ware behalten. Die Zentrale kümmert sich darum.',
    'not-agreed':
      'Diese Filiale nimmt keine Online-Bestellungen zurück. Die Ware behalten. Die Zentrale kümmert sich darum.',
    'stopped-in-shopify':
      'Die Rückgabe wurde in der Zentrale abgebrochen. Dort fragen, bevor Geld versprochen wird.',
    'too-many': 'Zu viele Rücknahmen warten. Die Ware behalten und der IT Bescheid geben.',
    other: 'Die Ware behalten. Die Zentrale kümmert sich darum.',
  },
  undoTooLate:
    'Es ließ sich nicht mehr rückgängig machen: Shopify wusste es schon. Die Zentrale bringt es in Ordnung.',
  undoFailed: 'Die Rücknahme wurde nicht rückgängig gemacht',
  undoNoAnswer:
    'Es ist nicht bekannt, ob sie rückgängig gemacht wurde. In der Liste der Rücknahmen nachsehen.',
  unanswered: 'Die Bestellung konnte nicht gesucht werden',
  answers: {
    HUB_OFFLINE:
      'Es gibt keine Verbindung zur Zentrale, und diese Kasse hat keine solche Bestellung ausgegeben. Nummer und Artikel aufschreiben.',
    HUB_ANSWERS_NOTHING: 'Die Zentrale kann noch keine Bestellungen suchen. Die IT aktualisiert den Hub.',
    HUB_SLOW: 'Die Zentrale antwortet nicht rechtzeitig. In einer Minute noch einmal versuchen.',
    TOO_MANY_QUESTIONS: 'Diese Kasse sucht noch etwas anderes. Gleich noch einmal versuchen.',
    TOO_MANY_LOOK_UPS:
      'Diese Kasse hat in einer Stunde sehr viele Bestellungen gesucht. Warten, bis die Stunde vorbei ist, oder die Zentrale suchen lassen.',
    RETURNS_UNREACHABLE:
      'Shopify antwortet nicht. In einer Minute noch einmal versuchen, oder Nummer und Artikel aufschreiben.',
    RETURNS_THROTTLED: 'Shopify ist gerade überlastet. In einer Minute noch einmal versuchen.',
    RETURNS_REFUSED:
      'Shopify weist Tillbridge ab. Der IT Bescheid geben, und so lange Nummer und Artikel aufschreiben.',
    RETURNS_NO_SHOP:
      'Die Zentrale ist nicht mit Shopify verbunden. Der IT Bescheid geben, und so lange Nummer und Artikel aufschreiben.',
    RETURNS_FAILED:
      'Die Zentrale konnte diese Bestellung nicht lesen; andere gehen vielleicht. Nummer und Artikel aufschreiben und der IT Bescheid geben.',
    RETURNS_NOT_AGREED: 'Diese Filiale nimmt keine Online-Bestellungen zurück.',
    RETURNS_NOT_ALLOWED:
      'Tillbridge darf in Shopify noch keine Rückgaben anlegen. Bitte der IT Bescheid geben.',
    RETURN_ORDER_UNKNOWN: 'Die Bestellung ist zu alt, um gezeigt zu werden. In der Zentrale fragen.',
    other:
      'Noch einmal versuchen. Bleibt es so, Nummer und Artikel aufschreiben und der Zentrale Bescheid geben.',
  },
}
const fr: Words = {
  open: 'Reprise',
  title: 'Reprendre une commande en ligne',
  back: 'Commandes',
  search: 'Numéro, nom, e-mail, ou scannez un article',
  searchButton: 'Chercher',
  searching: 'Question posée au siège…',
  found: count => (count < 2 ? `${count} commande` : `${count} commandes`),
  more: 'Il y en a d’autres. Précisez le nom.',
  none: 'Aucune commande trouvée',
  noneMeaning: 'Essayez le numéro du bon ou de l’e-mail du client.',
  local: 'Pas de connexion au siège',
  localWhy: {
    HUB_SLOW: 'Le siège met trop de temps à répondre',
    HUB_ANSWERS_NOTHING: 'Le siège ne peut pas encore chercher de commandes',
    RETURNS_UNREACHABLE: 'Shopify ne répond pas',
    RETURNS_THROTTLED: 'Shopify est surchargé pour le moment',
    RETURNS_REFUSED: 'Shopify refuse Tillbridge. Prévenez le service informatique.',
    RETURNS_NO_SHOP: 'Le siège n’est pas relié à Shopify. Prévenez le service informatique.',
    RETURNS_FAILED: 'Le siège n’a pas pu lire cette commande. Prévenez le service informatique.',
  },
  localMeaning:
    'Seules les commandes remises ici sont affichées. L’argent est rendu dès que le siège peut s’en occuper.',
  units: count => (count < 2 ? `${count} article` : `${count} articles`),
  phone: end => `tél. …${end}`,
  nothing: 'Rien de cette commande ne peut être repris',
  nothingMeaning: 'Elle a déjà été remboursée ou rendue, ou n’a pas encore été remise.',
  sellable: 'Peut être revendu',
  damaged: 'Abîmé',
  ofUnits: count => (count < 2 ? `${count} peut être rendu` : `${count} peuvent être rendus`),
  notInOrder: code => `Pas dans cette commande : ${code}`,
  tooMany: item => `On ne peut pas en rendre plus : ${item}`,
  otherOrder: 'Autre commande',
  check: count =>
    count === 0
      ? 'Choisissez ce qui revient'
      : count === 1
        ? 'Vérifier 1 article'
        : `Vérifier ${count} articles`,
  checkTitle: order => `Reprendre de la commande ${order} ?`,
  reason: 'Pourquoi revient-il ?',
  reasons: {
    unwanted: 'Ne convient pas',
    'too-small': 'Trop petit',
    'too-large': 'Trop grand',
    defective: 'Défectueux',
    'not-as-described': 'Pas comme décrit',
    'wrong-item': 'Mauvais article',
    other: 'Autre',
  },
  isDamaged: 'abîmé',
  shelf: count =>
    count < 2
      ? `${count} article est remis en vente dans ce magasin.`
      : `${count} articles sont remis en vente dans ce magasin.`,
  waste: count =>
    count < 2
      ? `${count} article est abîmé et n’entre dans aucun stock.`
      : `${count} articles sont abîmés et n’entrent dans aucun stock.`,
  money: amount =>
    `Environ ${amount} reviennent sur le moyen de paiement d’origine, remises et remboursements compris. Vous pouvez revenir en arrière pendant 8 secondes.`,
  moneyUnknown:
    'L’argent revient sur le moyen de paiement d’origine. Vous pouvez revenir en arrière pendant 8 secondes.',
  office: 'Le siège rembourse. La reprise est définitive.',
  change: 'Modifier',
  yes: 'Reprendre',
  failed: 'La reprise n’a pas été enregistrée',
  noAnswer: 'On ne sait pas si la reprise a été enregistrée. Appuyez encore : elle compte une fois.',
  next: 'Client suivant',
  recent: 'Repris ces 7 derniers jours',
  slip: 'Imprimer le reçu',
  slipFailed: 'Le reçu n’a pas pu être mis en attente',
  by: (staff, till) => `${staff}, ${till}`,
  state: {
    recorded: 'En sécurité ici, pas encore au siège',
    waiting: 'Envoi à Shopify',
    done: 'Terminé',
    owed: 'Le siège rembourse',
    refused: 'Pas effectué',
    undone: 'Annulée',
  },
  meaning: {
    recorded: 'L’argent sera rendu quand la connexion sera revenue. Il n’y a rien d’autre à faire.',
    waiting: 'L’argent revient sur le moyen de paiement d’origine. Cela prend quelques secondes.',
    owed: 'Les articles sont enregistrés. Le siège rembourse le client.',
  },
  refunded: amount => `${amount} remboursés`,
  officePays: 'Le siège rembourse le client. Il n’y a rien d’autre à faire.',
  nothingDue: 'Rien n’était dû',
  problem: {
    undone: 'Reprise par erreur, puis annulée. Le client garde les articles.',
    'not-returnable': 'Déjà remboursé ou rendu. Ne payez rien, gardez les articles. Le siège s’en occupe.',
    'order-unknown': 'Le siège ne connaît pas cette commande. Gardez les articles. Le siège s’en occupe.',
    'not-agreed':
      'Ce magasin ne reprend pas les commandes en ligne. Gardez les articles. Le siège s’en occupe.',
    'stopped-in-shopify': 'Le retour a été annulé au siège. Demandez avant de promettre de l’argent.',
    'too-many': 'Trop de reprises attendent. Gardez les articles et prévenez le service informatique.',
    other: 'Gardez les articles. Le siège s’en occupe.',
  },
  undoTooLate: 'Trop tard pour annuler : Shopify le savait déjà. Le siège corrige.',
  undoFailed: 'La reprise n’a pas été annulée',
  undoNoAnswer: 'On ne sait pas si elle a été annulée. Regardez dans la liste des reprises.',
  unanswered: 'La commande n’a pas pu être cherchée',
  answers: {
    HUB_OFFLINE:
      'Il n’y a pas de connexion au siège, et cette caisse n’a pas remis une telle commande. Notez le numéro et les articles.',
    HUB_ANSWERS_NOTHING:
      'Le siège ne peut pas encore chercher de commandes. Le service informatique met le hub à jour.',
    HUB_SLOW: 'Le siège met trop de temps à répondre. Réessayez dans une minute.',
    TOO_MANY_QUESTIONS: 'Cette caisse cherche encore autre chose. Réessayez dans un instant.',
    TOO_MANY_LOOK_UPS:
      'Cette caisse a cherché un très grand nombre de commandes en une heure. Attendez la fin de l’heure, ou demandez au siège de chercher.',
    RETURNS_UNREACHABLE:
      'Shopify ne répond pas. Réessayez dans une minute, ou notez le numéro et les articles.',
    RETURNS_THROTTLED: 'Shopify est surchargé pour le moment. Réessayez dans une minute.',
    RETURNS_REFUSED:
      'Shopify refuse Tillbridge. Prévenez le service informatique et, en attendant, notez le numéro et les articles.',
    RETURNS_NO_SHOP:
      'Le siège n’est pas relié à Shopify. Prévenez le service informatique et, en attendant, notez le numéro et les articles.',
    RETURNS_FAILED:
      'Le siège n’a pas pu lire cette commande ; d’autres fonctionnent peut-être. Notez le numéro et les articles, et prévenez le service informatique.',
    RETURNS_NOT_AGREED: 'Ce magasin ne reprend pas les commandes en ligne.',
    RETURNS_NOT_ALLOWED:
      'Tillbridge ne peut pas encore créer de retours dans Shopify. Prévenez le service informatique.',
    RETURN_ORDER_UNKNOWN: 'La commande est trop ancienne pour être affichée. Demandez au siège.',
    other: 'Réessayez. Sinon, notez le numéro et les articles, et prévenez le siège.',
  },
}
const es: Words = {
  open: 'Devolución',
  title: 'Devolución de un pedido en línea',
  back: 'Pedidos',
  search: 'Número, nombre, correo, o escanea un artículo',
  searchButton: 'Buscar',
  searching: 'Preguntando a la central…',
  found: count => (count === 1 ? '1 pedido' : `${count} pedidos`),
  more: 'Hay más. Escribe más del nombre.',
  none: 'No se encontró ningún pedido',
  noneMeaning: 'Prueba con el número del recibo o del correo del cliente.',
  local: 'Sin conexión con la central',
  localWhy: {
    HUB_SLOW: 'La central tarda demasiado en responder',
    HUB_ANSWERS_NOTHING: 'La central aún no puede buscar pedidos',
    RETURNS_UNREACHABLE: 'Shopify no responde',
    RETURNS_THROTTLED: 'Shopify está saturado en este momento',
    RETURNS_REFUSED: 'Shopify rechaza a Tillbridge. Avisa a informática.',
    RETURNS_NO_SHOP: 'La central no está conectada a Shopify. Avisa a informática.',
    RETURNS_FAILED: 'La central no pudo leer este pedido. Avisa a informática.',
  },
  localMeaning:
    'Solo se muestran los pedidos entregados aquí. El dinero se devuelve en cuanto la central pueda ocuparse.',
  units: count => (count === 1 ? '1 artículo' : `${count} artículos`),
  phone: end => `tel. …${end}`,
  nothing: 'No se puede devolver nada de este pedido',
  nothingMeaning: 'Ya se reembolsó o se devolvió, o aún no se ha entregado.',
  sellable: 'Se puede vender',
  damaged: 'Dañado',
  ofUnits: count => (count === 1 ? 'se puede devolver 1' : `se pueden devolver ${count}`),
  notInOrder: code => `No está en este pedido: ${code}`,
  tooMany: item => `No se pueden devolver más: ${item}`,
  otherOrder: 'Otro pedido',
  check: count =>
    count === 0
      ? 'Elige lo que se devuelve'
      : count === 1
        ? 'Revisar 1 artículo'
        : `Revisar ${count} artículos`,
  checkTitle: order => `¿Aceptar la devolución del pedido ${order}?`,
  reason: '¿Por qué se devuelve?',
  reasons: {
    unwanted: 'No lo quiere',
    'too-small': 'Demasiado pequeño',
    'too-large': 'Demasiado grande',
    defective: 'Defectuoso',
    'not-as-described': 'No es como se describe',
    'wrong-item': 'Artículo equivocado',
    other: 'Otro',
  },
  isDamaged: 'dañado',
  shelf: count =>
    count === 1
      ? '1 artículo vuelve a la venta en esta tienda.'
      : `${count} artículos vuelven a la venta en esta tienda.`,
  waste: count =>
    count === 1
      ? '1 artículo está dañado y no entra en ningún stock.'
      : `${count} artículos están dañados y no entran en ningún stock.`,
  money: amount =>
    `Unos ${amount} vuelven al medio de pago original, con descuentos y reembolsos anteriores. Puedes deshacerlo durante 8 segundos.`,
  moneyUnknown: 'El dinero vuelve al medio de pago original. Puedes deshacerlo durante 8 segundos.',
  office: 'La central reembolsa el dinero. Puedes deshacerla durante 8 segundos.',
  change: 'Cambiar',
  yes: 'Aceptar devolución',
  failed: 'La devolución no se registró',
  noAnswer: 'No se sabe si la devolución se registró. Pulsa otra vez: cuenta una sola vez.',
  next: 'Siguiente cliente',
  recent: 'Devuelto en los últimos 7 días',
  slip: 'Imprimir recibo',
  slipFailed: 'El recibo no se pudo poner en cola',
  by: (staff, till) => `${staff}, ${till}`,
  state: {
    recorded: 'Guardado aquí, aún no en la central',
    waiting: 'Avisando a Shopify',
    done: 'Hecho',
    owed: 'Paga la central',
    refused: 'No realizado',
    undone: 'Deshecha',
  },
  meaning: {
    recorded: 'El dinero se devuelve cuando vuelva la conexión. No hay que hacer nada más.',
    waiting: 'El dinero vuelve al medio de pago original. Tarda unos segundos.',
    owed: 'Los artículos están registrados. La central reembolsa al cliente.',
  },
  refunded: amount => `${amount} reembolsados`,
  officePays: 'La central reembolsa al cliente. No hay que hacer nada más.',
  nothingDue: 'No había nada que reembolsar',
  problem: {
    undone: 'Se devolvió por error y se deshizo. El cliente se queda los artículos.',
    'not-returnable':
      'Ya se reembolsó o se devolvió. No pagues nada y guarda los artículos. La central lo revisa.',
    'order-unknown': 'La central no conoce este pedido. Guarda los artículos. La central lo revisa.',
    'not-agreed':
      'Esta tienda no acepta devoluciones de pedidos en línea. Guarda los artículos. La central lo revisa.',
    'stopped-in-shopify': 'La devolución se canceló en la central. Pregunta allí antes de prometer dinero.',
    'too-many': 'Hay demasiadas devoluciones en espera. Guarda los artículos y avisa a informática.',
    other: 'Guarda los artículos. La central lo revisa.',
  },
  undoTooLate: 'Ya no se pudo deshacer: Shopify ya lo sabía. La central lo corrige.',
  undoFailed: 'La devolución no se deshizo',
  undoNoAnswer: 'No se sabe si se deshizo. Míralo en la lista de devoluciones.',
  unanswered: 'No se pudo buscar el pedido',
  answers: {
    HUB_OFFLINE:
      'No hay conexión con la central y esta caja no entregó ningún pedido así. Apunta el número y los artículos.',
    HUB_ANSWERS_NOTHING: 'La central aún no puede buscar pedidos. Informática actualiza el hub.',
    HUB_SLOW: 'La central tarda demasiado en responder. Inténtalo otra vez en un minuto.',
    TOO_MANY_QUESTIONS: 'Esta caja aún está buscando otra cosa. Inténtalo otra vez en un momento.',
    TOO_MANY_LOOK_UPS:
      'Esta caja ha buscado muchísimos pedidos en una hora. Espera a que pase la hora o pide a la central que lo busque.',
    RETURNS_UNREACHABLE:
      'Shopify no responde. Inténtalo otra vez en un minuto, o apunta el número y los artículos.',
    RETURNS_THROTTLED: 'Shopify está saturado en este momento. Inténtalo otra vez en un minuto.',
    RETURNS_REFUSED:
      'Shopify rechaza a Tillbridge. Avisa a informática y, mientras tanto, apunta el número y los artículos.',
    RETURNS_NO_SHOP:
      'La central no está conectada a Shopify. Avisa a informática y, mientras tanto, apunta el número y los artículos.',
    RETURNS_FAILED:
      'La central no pudo leer este pedido; otros quizá funcionen. Apunta el número y los artículos, y avisa a informática.',
    RETURNS_NOT_AGREED: 'Esta tienda no acepta devoluciones de pedidos en línea.',
    RETURNS_NOT_ALLOWED: 'Tillbridge aún no puede crear devoluciones en Shopify. Avisa a informática.',
    RETURN_ORDER_UNKNOWN: 'El pedido es demasiado antiguo para mostrarse. Pregunta a la central.',
    other: 'Inténtalo otra vez. Si sigue así, apunta el número y los artículos y avisa a la central.',
  },
}
export const returnMessages = { en, de, fr, es }
