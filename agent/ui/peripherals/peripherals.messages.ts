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
export const peripheralMessages = { en, de }
