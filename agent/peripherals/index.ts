import type { AnyPeripheralKind } from './driver.ts'
import { printPath } from './printers/print-path.ts'
import { printer } from './printers/printer.ts'
import { hidScanner } from './scanners/hid-scanner.ts'
import { scannerTee } from './scanners/scanner-tee.ts'
import { serialScanner } from './scanners/serial-scanner.ts'

/** Every kind of peripheral that this agent can use. */
export const peripheralKinds: readonly AnyPeripheralKind[] = [
  serialScanner, // RS-232, USB-CDC
  hidScanner, // USB HID POS
  scannerTee, // between a serial scanner and the POS
  printer, // receipt printer of our own slips: TCP, serial, USB
  printPath, // between the POS and its receipt printer
]
