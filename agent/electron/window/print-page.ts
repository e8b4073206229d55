import type { DeskPage, KeyInput } from '../electron-parts.ts'

/** Prints what the window shows through the system's dialog: for slips when the till's own printer is out of order. */
export function printShownPage(page: Pick<DeskPage, 'print'>, failed: (why: string) => void): void {
  page.print({ silent: false }, (printed, why) => {
    if (!printed && !/cancel/i.test(why)) failed(why)
  })
}

/** Ctrl+P (Cmd+P on a Mac) prints. */
export function followPrintKey(page: DeskPage, print: () => void): void {
  page.on('before-input-event', (event, input) => {
    if (!isPrintKey(input)) return
    event.preventDefault()
    print()
  })
}

const isPrintKey = ({ type, key, control, meta, alt }: KeyInput) =>
  type === 'keyDown' && key.toLowerCase() === 'p' && (control || meta) && !alt
