import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followPrintKey, printShownPage } from '../../agent/electron/window/print-page.ts'
import { windowPlace } from '../../agent/electron/window/window-place.ts'
import { followZoomKeys } from '../../agent/electron/window/zoom.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { FakePage } from './fake-electron.ts'

function zoomed(folder: string) {
  const page = new FakePage()
  followZoomKeys(page, windowPlace(manualWorld(), join(folder, 'window.json')))
  return page
}

test('Ctrl and plus, minus, 0 zoom the page, and the next start remembers it', () => {
  using folder = temporaryFolder()
  const page = zoomed(folder.path)
  expect(['+', '=', '-', '0', '-'].map(key => page.press(key))).toEqual([true, true, true, true, true])
  expect(page.zooms).toEqual([1.1, 1.25, 1.1, 1, 0.9])
  const next = zoomed(folder.path)
  next.emit('did-finish-load')
  expect(next.zooms).toEqual([0.9])
})

test('zoom has ends', () => {
  using folder = temporaryFolder()
  const page = zoomed(folder.path)
  for (let i = 0; i < 20; i += 1) page.press('+')
  expect(page.zooms.at(-1)).toBe(3)
  for (let i = 0; i < 20; i += 1) page.press('-')
  expect(page.zooms.at(-1)).toBe(0.5)
})

test('what the scanner types, and keys without Ctrl, reach the page', () => {
  using folder = temporaryFolder()
  const page = zoomed(folder.path)
  followPrintKey(page, () => page.prints.push(() => {}))
  const untouched = [
    page.press('+', { control: false }),
    page.press('p', { control: false }),
    page.press('0', { type: 'keyUp' }),
    page.press('5'),
    page.press('+', { alt: true }),
  ]
  expect([untouched.includes(true), page.zooms, page.prints]).toEqual([false, [], []])
})

test('Ctrl+P prints the page through the system’s dialog; a failure is said, a cancelled dialog is not', () => {
  const page = new FakePage()
  const said: string[] = []
  followPrintKey(page, () => printShownPage(page, why => said.push(why)))
  expect([page.press('p'), page.press('P', { control: false, meta: true })]).toEqual([true, true])
  const [first, second] = page.prints
  first?.(false, 'Print job canceled')
  second?.(false, 'Invalid printer settings')
  printShownPage(page, why => said.push(why))
  page.prints[2]?.(true, '')
  expect(said).toEqual(['Invalid printer settings'])
})
