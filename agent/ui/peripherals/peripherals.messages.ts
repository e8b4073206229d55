const en = {
  label: 'Scanners and printers',
  gone: (peripheral: string) => `${peripheral} is not there`,
  care: (peripheral: string) => `${peripheral} needs you`,
  back: (peripheral: string) => `${peripheral} is back`,
}
const de: typeof en = {
  label: 'Scanner und Drucker',
  gone: peripheral => `${peripheral} ist nicht da`,
  care: peripheral => `${peripheral} braucht Sie`,
  back: peripheral => `${peripheral} ist wieder da`,
}
export const peripheralMessages = { en, de }
