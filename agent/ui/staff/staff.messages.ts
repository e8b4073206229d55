/** Seconds as minutes and seconds: `0:30`. */
const time = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`

const en = {
  who: 'Who is at this till?',
  why: 'Your name goes with every step, so that colleagues know whom to ask.',
  name: 'Your name',
  other: 'Another name',
  save: 'Continue',
  cancel: 'Cancel',
  change: 'Someone else is at this till',
  lock: 'Lock',
  unlock: 'Unlock',
  locked: 'Locked',
  whoPin: 'Tap your name, or scan your badge.',
  noStaff:
    'This till does not know yet who works here. Head office names them, and the till hears of it once it is connected. Call head office if this stays.',
  scanBadge: 'Scan your badge.',
  hasNothing: 'Head office has given this person neither a PIN nor a badge.',
  otherPerson: 'Someone else',
  pin: 'PIN',
  typed: (digits: number) => `PIN, ${digits === 1 ? '1 digit' : `${digits} digits`} entered`,
  back: 'Delete the last digit',
  enter: 'OK',
  wrongPin: (left: number) =>
    `Wrong PIN. ${left === 1 ? 'One more try' : `${left} more tries`}, then you have to wait.`,
  wait: (seconds: number) =>
    `Too many wrong PINs. Try again in ${time(seconds)}, or ask head office for a new PIN.`,
  waitTill: (seconds: number) => `Too many wrong PINs or badges at this till. Try again in ${time(seconds)}.`,
  mayTry: 'You can try again now.',
  unknownBadge: 'This badge is not known here. Ask head office.',
  badgeAgain: 'Scan the badge again.',
  noAnswer: 'No answer from this till’s program. Try again.',
}
const de: typeof en = {
  who: 'Wer ist an dieser Kasse?',
  why: 'Ihr Name steht bei jedem Schritt, damit die anderen wissen, wen sie fragen können.',
  name: 'Ihr Name',
  other: 'Anderer Name',
  save: 'Weiter',
  cancel: 'Abbrechen',
  change: 'Jemand anderes ist an dieser Kasse',
  lock: 'Sperren',
  unlock: 'Entsperren',
  locked: 'Gesperrt',
  whoPin: 'Tippen Sie auf Ihren Namen oder scannen Sie Ihren Ausweis.',
  noStaff:
    'Diese Kasse weiß noch nicht, wer hier arbeitet. Die Zentrale trägt es ein, und die Kasse erfährt es, sobald sie verbunden ist. Rufen Sie die Zentrale an, wenn das so bleibt.',
  scanBadge: 'Scannen Sie Ihren Ausweis.',
  hasNothing: 'Die Zentrale hat dieser Person weder eine PIN noch einen Ausweis gegeben.',
  otherPerson: 'Jemand anderes',
  pin: 'PIN',
  typed: digits => `PIN, ${digits === 1 ? '1 Ziffer' : `${digits} Ziffern`} eingegeben`,
  back: 'Letzte Ziffer löschen',
  enter: 'OK',
  wrongPin: left =>
    `Falsche PIN. ${left === 1 ? 'Noch ein Versuch' : `Noch ${left} Versuche`}, dann müssen Sie warten.`,
  wait: seconds =>
    `Zu viele falsche PINs. Versuchen Sie es in ${time(seconds)} wieder, oder lassen Sie sich von der Zentrale eine neue PIN geben.`,
  waitTill: seconds =>
    `Zu viele falsche PINs oder Ausweise an dieser Kasse. Versuchen Sie es in ${time(seconds)} wieder.`,
  mayTry: 'Sie können es jetzt wieder versuchen.',
  unknownBadge: 'Dieser Ausweis ist hier nicht bekannt. Fragen Sie die Zentrale.',
  badgeAgain: 'Scannen Sie den Ausweis noch einmal.',
  noAnswer: 'Das Programm dieser Kasse antwortet nicht. Versuchen Sie es noch einmal.',
}
const fr: typeof en = {
  who: 'Qui est à cette caisse ?',
  why: 'Votre nom accompagne chaque étape, pour que vos collègues sachent à qui s’adresser.',
  name: 'Votre nom',
  other: 'Un autre nom',
  save: 'Continuer',
  cancel: 'Annuler',
  change: 'Quelqu’un d’autre est à cette caisse',
  lock: 'Verrouiller',
  unlock: 'Déverrouiller',
  locked: 'Verrouillée',
  whoPin: 'Touchez votre nom ou scannez votre badge.',
  noStaff:
    'Cette caisse ne sait pas encore qui travaille ici. Le siège l’inscrit, et la caisse l’apprend dès qu’elle est connectée. Appelez le siège si cela dure.',
  scanBadge: 'Scannez votre badge.',
  hasNothing: 'Le siège n’a donné à cette personne ni code PIN ni badge.',
  otherPerson: 'Quelqu’un d’autre',
  pin: 'Code PIN',
  typed: digits => `Code PIN, ${digits === 1 ? '1 chiffre saisi' : `${digits} chiffres saisis`}`,
  back: 'Effacer le dernier chiffre',
  enter: 'OK',
  wrongPin: left =>
    `Code PIN erroné. ${left === 1 ? 'Encore un essai' : `Encore ${left} essais`}, puis il faudra attendre.`,
  wait: seconds =>
    `Trop de codes erronés. Réessayez dans ${time(seconds)}, ou demandez un nouveau code au siège.`,
  waitTill: seconds => `Trop de codes ou de badges erronés à cette caisse. Réessayez dans ${time(seconds)}.`,
  mayTry: 'Vous pouvez réessayer maintenant.',
  unknownBadge: 'Ce badge n’est pas connu ici. Demandez au siège.',
  badgeAgain: 'Scannez le badge encore une fois.',
  noAnswer: 'Le programme de cette caisse ne répond pas. Réessayez.',
}
const es: typeof en = {
  who: '¿Quién está en esta caja?',
  why: 'Tu nombre acompaña cada paso, para que los compañeros sepan a quién preguntar.',
  name: 'Tu nombre',
  other: 'Otro nombre',
  save: 'Continuar',
  cancel: 'Cancelar',
  change: 'Otra persona está en esta caja',
  lock: 'Bloquear',
  unlock: 'Desbloquear',
  locked: 'Bloqueada',
  whoPin: 'Toca tu nombre o escanea tu tarjeta.',
  noStaff:
    'Esta caja aún no sabe quién trabaja aquí. La central lo registra y la caja lo recibe en cuanto se conecta. Llama a la central si esto no cambia.',
  scanBadge: 'Escanea tu tarjeta.',
  hasNothing: 'La central no ha dado a esta persona ni PIN ni tarjeta.',
  otherPerson: 'Otra persona',
  pin: 'PIN',
  typed: digits => `PIN, ${digits === 1 ? '1 cifra introducida' : `${digits} cifras introducidas`}`,
  back: 'Borrar la última cifra',
  enter: 'OK',
  wrongPin: left =>
    `PIN incorrecto. ${left === 1 ? 'Queda un intento' : `Quedan ${left} intentos`}; después hay que esperar.`,
  wait: seconds =>
    `Demasiados PIN incorrectos. Inténtalo en ${time(seconds)}, o pide un PIN nuevo a la central.`,
  waitTill: seconds => `Demasiados PIN o tarjetas incorrectos en esta caja. Inténtalo en ${time(seconds)}.`,
  mayTry: 'Ya puedes intentarlo de nuevo.',
  unknownBadge: 'Esta tarjeta no se conoce aquí. Pregunta a la central.',
  badgeAgain: 'Escanea la tarjeta otra vez.',
  noAnswer: 'El programa de esta caja no responde. Inténtalo de nuevo.',
}
export const staffMessages = { en, de, fr, es }
