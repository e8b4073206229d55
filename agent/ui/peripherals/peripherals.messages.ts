const en = {
  label: 'Scanners and printers',
  gone: (peripheral: string) => `${peripheral} is not connected`,
  care: (peripheral: string) => `${peripheral} needs attention`,
  back: (peripheral: string) => `${peripheral} is connected again`,
}
const de: typeof en = {
  label: 'Scanner und Drucker',
  gone: peripheral => `${peripheral} ist nicht verbunden`,
  care: peripheral => `${peripheral} braucht Hilfe`,
  back: peripheral => `${peripheral} ist wieder verbunden`,
}
const fr: typeof en = {
  label: 'Scanners et imprimantes',
  gone: peripheral => `${peripheral} n’est pas connecté`,
  care: peripheral => `${peripheral} demande votre attention`,
  back: peripheral => `${peripheral} est de nouveau connecté`,
}
const es: typeof en = {
  label: 'Escáneres e impresoras',
  gone: peripheral => `${peripheral} no está conectado`,
  care: peripheral => `${peripheral} necesita atención`,
  back: peripheral => `${peripheral} vuelve a estar conectado`,
}
export const peripheralMessages = { en, de, fr, es }
