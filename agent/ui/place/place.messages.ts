const en = {
  keptAt: 'Kept at',
  say: 'Say where it will be kept',
  title: (order: string) => `Where is ${order} kept?`,
  meaning: 'Staff who hand it over see this place. Do not write names here.',
  field: 'Shelf, box or hook',
  known: 'Places used before',
  save: 'Keep this place',
  forget: 'No place',
  cancel: 'Cancel',
}
const de: typeof en = {
  keptAt: 'Ablageort:',
  say: 'Ablageort angeben',
  title: order => `Wo liegt ${order}?`,
  meaning: 'Wer die Bestellung übergibt, sieht diesen Ort. Bitte keine Namen eintragen.',
  field: 'Regal, Fach oder Haken',
  known: 'Zuletzt benutzt',
  save: 'Ort merken',
  forget: 'Kein Ort',
  cancel: 'Abbrechen',
}
const fr: typeof en = {
  keptAt: 'Emplacement :',
  say: 'Indiquer où elle sera rangée',
  title: order => `Où est rangée ${order} ?`,
  meaning: 'La personne qui remet la commande voit cet endroit. N’écrivez pas de nom ici.',
  field: 'Étagère, casier ou crochet',
  known: 'Endroits déjà utilisés',
  save: 'Garder cet endroit',
  forget: 'Aucun endroit',
  cancel: 'Annuler',
}
const es: typeof en = {
  keptAt: 'Sitio:',
  say: 'Indicar dónde se guarda',
  title: order => `¿Dónde se guarda ${order}?`,
  meaning: 'Quien entregue el pedido verá este sitio. No escribas nombres aquí.',
  field: 'Estante, caja o gancho',
  known: 'Sitios usados antes',
  save: 'Guardar este sitio',
  forget: 'Sin sitio',
  cancel: 'Cancelar',
}
export const placeMessages = { en, de, fr, es }
