const en = {
  open: 'Stock',
  title: 'Stock in the stores',
  back: 'Orders',
  search: 'Name or number of an item, or scan it',
  loading: 'Looking it up…',
  failed: 'The stock could not be shown',
  nothingYet: 'No stock is known yet',
  nothingYetMeaning:
    'Head office has not told this till yet. It comes automatically when there is a connection.',
  old: 'These numbers may be old',
  oldMeaning:
    'Head office can’t be reached just now. What was sold since then is missing. Call the store before you send a customer there.',
  incomplete: 'Not all items are here yet: head office is still telling them.',
  heard: 'True as of',
  none: 'No such item',
  noneMeaning: 'Check the spelling, or scan the item. Items that Shopify does not have are not shown.',
  more: 'There are more. Type more of the name.',
  here: 'free here',
  unknown: '?',
  asOf: 'as of',
  elsewhere: (count: number) => (count === 1 ? '1 free in other stores' : `${count} free in other stores`),
}
const de: typeof en = {
  open: 'Bestand',
  title: 'Bestand der Filialen',
  back: 'Bestellungen',
  search: 'Name oder Nummer eines Artikels, oder scannen',
  loading: 'Wird gesucht …',
  failed: 'Der Bestand konnte nicht gezeigt werden',
  nothingYet: 'Noch ist kein Bestand bekannt',
  nothingYetMeaning:
    'Die Zentrale hat ihn dieser Kasse noch nicht gemeldet. Er kommt von selbst, sobald es eine Verbindung gibt.',
  old: 'Diese Zahlen sind vielleicht veraltet',
  oldMeaning:
    'Die Zentrale ist gerade nicht erreichbar. Was seither verkauft wurde, fehlt. Vor dem Weiterschicken eines Kunden in der Filiale anrufen.',
  incomplete: 'Noch sind nicht alle Artikel da: Die Zentrale meldet sie gerade.',
  heard: 'Stand:',
  none: 'Kein solcher Artikel',
  noneMeaning:
    'Die Schreibweise prüfen, oder den Artikel scannen. Artikel, die Shopify nicht kennt, werden nicht gezeigt.',
  more: 'Es gibt weitere. Mehr vom Namen eingeben.',
  here: 'hier verfügbar',
  unknown: '?',
  asOf: 'Stand:',
  elsewhere: count =>
    count === 1 ? '1 in anderen Filialen verfügbar' : `${count} in anderen Filialen verfügbar`,
}
const fr: typeof en = {
  open: 'Stock',
  title: 'Stock des magasins',
  back: 'Commandes',
  search: 'Nom ou numéro d’un article, ou scannez-le',
  loading: 'Recherche en cours…',
  failed: 'Le stock n’a pas pu être affiché',
  nothingYet: 'Aucun stock n’est encore connu',
  nothingYetMeaning:
    'Le siège ne l’a pas encore transmis à cette caisse. Il arrive tout seul dès qu’il y a une connexion.',
  old: 'Ces chiffres sont peut-être anciens',
  oldMeaning:
    'Le siège n’est pas joignable pour le moment. Ce qui a été vendu depuis manque. Appelez le magasin avant d’y envoyer un client.',
  incomplete: 'Tous les articles ne sont pas encore là : le siège les transmet.',
  heard: 'Dernière nouvelle du siège :',
  none: 'Aucun article de ce nom',
  noneMeaning:
    'Vérifiez l’orthographe, ou scannez l’article. Les articles que Shopify n’a pas ne sont pas affichés.',
  more: 'Il y en a d’autres. Tapez une plus grande partie du nom.',
  here: 'disponibles ici',
  unknown: '?',
  asOf: 'nouvelles :',
  elsewhere: count =>
    count === 1 ? '1 disponible dans d’autres magasins' : `${count} disponibles dans d’autres magasins`,
}
const es: typeof en = {
  open: 'Stock',
  title: 'Stock de las tiendas',
  back: 'Pedidos',
  search: 'Nombre o número de un artículo, o escanéalo',
  loading: 'Buscando…',
  failed: 'No se pudo mostrar el stock',
  nothingYet: 'Aún no se conoce el stock',
  nothingYetMeaning: 'La central aún no lo ha enviado a esta caja. Llega solo cuando hay conexión.',
  old: 'Estos números pueden ser antiguos',
  oldMeaning:
    'Ahora no se llega a la central. Falta lo que se vendió desde entonces. Llama a la tienda antes de enviar a un cliente.',
  incomplete: 'Aún no están todos los artículos: la central los está enviando.',
  heard: 'Última noticia de la central:',
  none: 'Ningún artículo así',
  noneMeaning:
    'Revisa cómo se escribe o escanea el artículo. Los artículos que Shopify no tiene no se muestran.',
  more: 'Hay más. Escribe más del nombre.',
  here: 'disponibles aquí',
  unknown: '?',
  asOf: 'noticia:',
  elsewhere: count =>
    count === 1 ? '1 disponible en otras tiendas' : `${count} disponibles en otras tiendas`,
}
export const stockMessages = { en, de, fr, es }
