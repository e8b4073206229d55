import { usbName } from '../peripherals/channels/usb-device.ts'
import type { Found } from '../peripherals/find.ts'
import type { PeripheralState } from '../peripherals/peripheral-state.ts'
import type { ProbedPrinter } from '../peripherals/printers/find.ts'
import { type Finding, ok } from './finding.ts'

/** What is plugged in, and what each could be used for. `named`: the settings' peripherals as one text. */
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
        sentence: `A serial port is here${called}; no peripheral of the settings uses it.`,
        advice: `For a scanner on it: { "peripheral": "scanner", "kind": "serial-scanner", "settings": { "path": ${JSON.stringify(path)} } }`,
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
        'Plug it in and run this again. A scanner that types like a keyboard needs no setting: it works in the till page.',
    },
  ]
}

function usbFinding({ vendorId, productId, name, actsAs }: Found['usbDevices'][number]): Finding {
  const id = usbName({ vendorId, productId })
  const ids = `"vendorId": ${vendorId}, "productId": ${productId}`
  const what = actsAs.includes('printer')
    ? 'a printer'
    : actsAs.includes('serial')
      ? 'a serial adapter'
      : 'a keyboard or scanner'
  const advice = actsAs.includes('printer')
    ? `To print on it: { "peripheral": "printer", "kind": "printer", "settings": { "to": { "by": "usb", ${ids} } } }`
    : actsAs.includes('hid')
      ? `If it is a scanner in "HID POS" mode: { "peripheral": "scanner", "kind": "hid-scanner", "settings": { ${ids} } }. In keyboard mode it can't be read beside the POS: switch its mode with the barcode of its manual.`
      : null
  return {
    check: 'usb',
    subject: id,
    verdict: 'ok',
    sentence: `${name ?? 'A peripheral'} is plugged in; it acts as ${what}.`,
    advice,
  }
}

/** How the configured peripherals answered. */
export function peripheralFindings(
  states: readonly (Pick<PeripheralState, 'connected' | 'conditions' | 'sentence'> & {
    readonly peripheral: string
  })[],
): Finding[] {
  return states.map(({ peripheral, connected, conditions, sentence }): Finding => {
    if (!connected)
      return { check: 'peripheral', subject: peripheral, verdict: 'wrong', sentence, advice: null }
    if (conditions.some(condition => condition !== 'drawer-open'))
      return { check: 'peripheral', subject: peripheral, verdict: 'look', sentence, advice: null }
    return ok('peripheral', peripheral, sentence)
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
        ? `To print on it: { "peripheral": "printer", "kind": "printer", "settings": { ${to} } }`
        : null,
    }
  })
}
