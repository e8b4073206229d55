interface KeyWords {
  title: string
  rows: [string, string][]
  scanner: string
  trap: { layout: string; 'caps-lock': string }
}

const en: KeyWords = {
  title: 'Keys',
  rows: [
    ['/', 'Search or scan'],
    ['Up / Down', 'Go from order to order'],
    ['Right', "Go to the order's button"],
    ['Enter', 'Open the order; on its page: the button at the bottom right'],
    ['+ / -', 'Count one item, or take one back'],
    ['U', 'Undo the last step, for 8 seconds'],
    ['Esc', 'Back'],
    ['?', 'This list'],
  ],
  scanner: 'A scanner works at any time: scan an order or an item.',
  trap: {
    layout:
      "The scanner and this computer use different keyboard layouts. We corrected the code. Ask IT to fix the scanner's keyboard setting.",
    'caps-lock': 'Caps Lock is on, so the scanner types the wrong letters. Switch it off and scan again.',
  },
}
const de: KeyWords = {
  title: 'Tasten',
  rows: [
    ['/', 'Suchen oder scannen'],
    ['Auf / Ab', 'Von Bestellung zu Bestellung'],
    ['Rechts', 'Zum Knopf der Bestellung'],
    ['Eingabe', 'Bestellung öffnen; auf ihrer Seite: der Knopf unten rechts'],
    ['+ / -', 'Einen Artikel zählen oder zurücknehmen'],
    ['U', 'Letzten Schritt rückgängig machen, 8 Sekunden lang'],
    ['Esc', 'Zurück'],
    ['?', 'Diese Liste'],
  ],
  scanner: 'Der Scanner geht immer: Bestellung oder Artikel scannen.',
  trap: {
    layout:
      'Scanner und Computer verwenden unterschiedliche Tastaturbelegungen. Der Code wurde korrigiert. Bitte die Scanner-Einstellung von der IT anpassen lassen.',
    'caps-lock':
      'Die Feststelltaste ist an, deshalb liefert der Scanner falsche Buchstaben. Bitte ausschalten und noch einmal scannen.',
  },
}
const fr: KeyWords = {
  title: 'Touches',
  rows: [
    ['/', 'Chercher ou scanner'],
    ['Haut / Bas', 'Aller d’une commande à l’autre'],
    ['Droite', 'Aller au bouton de la commande'],
    ['Entrée', 'Ouvrir la commande ; sur sa page : le bouton en bas à droite'],
    ['+ / -', 'Compter un article, ou en retirer un'],
    ['U', 'Revenir sur la dernière étape, pendant 8 secondes'],
    ['Échap', 'Retour'],
    ['?', 'Cette liste'],
  ],
  scanner: 'Le scanner fonctionne à tout moment : scannez une commande ou un article.',
  trap: {
    layout:
      'Le scanner et cet ordinateur n’ont pas la même disposition de clavier. Nous avons corrigé le code. Demandez au service informatique de régler le clavier du scanner.',
    'caps-lock':
      'La touche Verr. Maj est active, donc le scanner tape de mauvaises lettres. Désactivez-la et scannez à nouveau.',
  },
}
const es: KeyWords = {
  title: 'Teclas',
  rows: [
    ['/', 'Buscar o escanear'],
    ['Arriba / Abajo', 'Ir de un pedido a otro'],
    ['Derecha', 'Ir al botón del pedido'],
    ['Intro', 'Abrir el pedido; en su página: el botón de abajo a la derecha'],
    ['+ / -', 'Contar un artículo o quitar uno'],
    ['U', 'Deshacer el último paso, durante 8 segundos'],
    ['Esc', 'Volver'],
    ['?', 'Esta lista'],
  ],
  scanner: 'El escáner funciona en todo momento: escanea un pedido o un artículo.',
  trap: {
    layout:
      'El escáner y este ordenador usan distribuciones de teclado distintas. Hemos corregido el código. Pide a informática que ajuste el teclado del escáner.',
    'caps-lock':
      'Bloq Mayús está activado y el escáner escribe letras equivocadas. Desactívalo y escanea otra vez.',
  },
}
export const keyMessages = { en, de, fr, es }
