import { usbName } from '../peripherals/channels/usb-device.ts'
import type { Found } from '../peripherals/find.ts'
import type { DeviceState } from '../peripherals/peripheral-state.ts'
import type { ProbedPrinter } from '../peripherals/printers/find.ts'
import { type Finding, ok } from './finding.ts'

/** What is plugged in, and what each could be used for. `named`: the settings' devices as one text. */
export function hardwareFindings(found: Found, named: string): Finding[] {
  const findings: Finding[] = [
    ...found.serialPorts.map(({ path, name }): Finding => {
      const called = name === null ? '' : ` (${name})`
      if (named.includes(JSON.stringify(path)))
        return ok('serial', path, `A serial port is here${called}, and the settings name it.`)
      return {
        check: 'serial',
        subject: path,
        verdict: 'ok',
        sentence: `A serial port is here${called}; no device of the settings uses it.`,
        advice: `For a scanner on it: { "device": "scanner", "kind": "serial-scanner", "settings": { "path": ${JSON.stringify(path)} } }`,
      }
    }),
    ...found.usbDevices.filter(({ actsAs }) => actsAs.length > 0).map(usbFinding),
    ...found.problems.map(
      ({ code, sentence }): Finding => ({
        check: code.startsWith('USB') ? 'usb' : 'serial',
        subject: code,
        verdict: 'unseen',
        sentence,
        advice: null,
      }),
    ),
  ]
  if (findings.length > 0) return findings
  return [
    {
      check: 'usb',
      subject: 'this PC',
      verdict: 'unseen',
      sentence: 'No serial port and no scanner or printer on USB was found.',
      advice:
        'Plug the device in and run this again. A scanner that types like a keyboard needs no setting: it works in the till page.',
    },
  ]
}

function usbFinding({ vendorId, productId, name, actsAs }: Found['usbDevices'][number]): Finding {
  const id = usbName({ vendorId, productId })
  const ids = `"vendorId": ${vendorId}, "productId": ${productId}`
  const what = actsAs.includes('printer')
    ? 'a printer'
    : actsAs.includes('serial')
      ? 'a serial device'
      : 'a keyboard or scanner'
  const advice = actsAs.includes('printer')
    ? `To print on it: { "device": "printer", "kind": "printer", "settings": { "to": { "by": "usb", ${ids} } } }`
    : actsAs.includes('hid')
      ? `If it is a scanner in "HID POS" mode: { "device": "scanner", "kind": "hid-scanner", "settings": { ${ids} } }. In keyboard mode it can't be read beside the POS: switch its mode with the barcode of its manual.`
      : null
  return {
    check: 'usb',
    subject: id,
    verdict: 'ok',
    sentence: `${name ?? 'A device'} is plugged in; it acts as ${what}.`,
    advice,
  }
}

/** How the configured devices answered. */
export function deviceFindings(
  states: readonly (Pick<DeviceState, 'connected' | 'conditions' | 'sentence'> & {
    readonly device: string
  })[],
): Finding[] {
  return states.map(({ device, connected, conditions, sentence }): Finding => {
    if (!connected) return { check: 'device', subject: device, verdict: 'wrong', sentence, advice: null }
    if (conditions.some(condition => condition !== 'drawer-open'))
      return { check: 'device', subject: device, verdict: 'look', sentence, advice: null }
    return ok('device', device, sentence)
  })
}

/** What a look through the network found on the printers' port. */
export function printerFindings(printers: readonly ProbedPrinter[]): Finding[] {
  if (printers.length === 0)
    return [
      {
        check: 'network-printer',
        subject: 'this network',
        verdict: 'unseen',
        sentence: 'No printer answers on port 9100 in the networks of this PC.',
        advice:
          'Print the printer’s self-test: it names its address. Look at its cable and whether it is in another network.',
      },
    ]
  return printers.map(({ host, port, found, conditions, sentence }): Finding => {
    const isPrinter = found === 'esc-pos' || found === 'star'
    const to = `"to": { "by": "tcp", "host": ${JSON.stringify(host)}, "port": ${port} }`
    return {
      check: 'network-printer',
      subject: `${host}:${port}`,
      verdict: isPrinter && conditions.length === 0 ? 'ok' : 'look',
      sentence,
      advice: isPrinter
        ? `To print on it: { "device": "printer", "kind": "printer", "settings": { ${to} } }`
        : null,
    }
  })
}
