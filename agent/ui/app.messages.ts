const en = {
  loading: 'Asking Tillbridge on this till…',
  failed: 'Tillbridge on this till does not answer',
  failedMeaning:
    'Orders cannot be shown now; sales are still recorded by the POS and nothing is lost. Ask IT to start Tillbridge on this PC, then try again.',
  notOpened: {
    title: 'Open the till page from Tillbridge',
    why: "This tab does not have access: it was not opened with a link, or its link was used before. Access is limited to protect your customers' data.",
    link: 'On the till PC, open the link that one of these commands prints. Each link opens one tab:',
    or: 'or',
    again: 'Try again',
  },
  place: (store: string, till: string) => `${store} · ${till}`,
  menu: 'Name, language, colours',
  help: 'Keyboard shortcuts',
  dismiss: 'Dismiss',
}
const de: typeof en = {
  loading: 'Tillbridge an dieser Kasse wird gefragt …',
  failed: 'Tillbridge an dieser Kasse antwortet nicht',
  failedMeaning:
    'Bestellungen können gerade nicht gezeigt werden; die Kasse zeichnet Verkäufe weiter auf, nichts geht verloren. Bitte die IT, Tillbridge auf diesem PC zu starten, dann noch einmal versuchen.',
  notOpened: {
    title: 'Bitte die Kassenseite aus Tillbridge öffnen',
    why: 'Dieser Tab ist nicht freigegeben: Er wurde nicht mit einem Link geöffnet, oder der Link wurde schon benutzt. Der Zugriff ist beschränkt, um Kundendaten zu schützen.',
    link: 'Am Kassen-PC den Link öffnen, den einer dieser Befehle ausgibt. Jeder Link öffnet einen Tab:',
    or: 'oder',
    again: 'Noch einmal versuchen',
  },
  place: (store, till) => `${store} · ${till}`,
  menu: 'Name, Sprache, Farben',
  help: 'Tastenkürzel',
  dismiss: 'Ausblenden',
}
const fr: typeof en = {
  loading: 'Connexion à Tillbridge sur cette caisse…',
  failed: 'Tillbridge ne répond pas sur cette caisse',
  failedMeaning:
    'Les commandes ne peuvent pas être affichées pour l’instant ; le logiciel de caisse continue d’enregistrer les ventes et rien n’est perdu. Demandez au service informatique de démarrer Tillbridge sur ce PC, puis réessayez.',
  notOpened: {
    title: 'Ouvrez la page de caisse depuis Tillbridge',
    why: 'Cet onglet n’a pas accès : il n’a pas été ouvert avec un lien, ou son lien a déjà servi. L’accès est limité pour protéger les données de vos clients.',
    link: 'Sur le PC de caisse, ouvrez le lien qu’affiche l’une de ces commandes. Chaque lien ouvre un onglet :',
    or: 'ou',
    again: 'Réessayer',
  },
  place: (store, till) => `${store} · ${till}`,
  menu: 'Nom, langue, couleurs',
  help: 'Raccourcis clavier',
  dismiss: 'Masquer',
}
const es: typeof en = {
  loading: 'Conectando con Tillbridge en esta caja…',
  failed: 'Tillbridge no responde en esta caja',
  failedMeaning:
    'Ahora no se pueden mostrar los pedidos; el TPV sigue registrando las ventas y no se pierde nada. Pide a informática que inicie Tillbridge en este PC y vuelve a intentarlo.',
  notOpened: {
    title: 'Abre la página de caja desde Tillbridge',
    why: 'Esta pestaña no tiene acceso: no se abrió con un enlace, o su enlace ya se había usado. El acceso está limitado para proteger los datos de tus clientes.',
    link: 'En el PC de la caja, abre el enlace que muestra uno de estos comandos. Cada enlace abre una pestaña:',
    or: 'o',
    again: 'Reintentar',
  },
  place: (store, till) => `${store} · ${till}`,
  menu: 'Nombre, idioma, colores',
  help: 'Atajos de teclado',
  dismiss: 'Ocultar',
}
export const appMessages = { en, de, fr, es }
