const en = {
  label: 'Scanners and printers',
  gone: (device: string) => `${device} is not there`,
  care: (device: string) => `${device} needs you`,
  back: (device: string) => `${device} is back`,
}
const de: typeof en = {
  label: 'Scanner und Drucker',
  gone: device => `${device} ist nicht da`,
  care: device => `${device} braucht Sie`,
  back: device => `${device} ist wieder da`,
}
export const deviceMessages = { en, de }
