import { expect, test } from 'vitest'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { stateWords } from '../../agent/electron/notices/state-words.ts'
import { keepTray } from '../../agent/electron/notices/tray.ts'
import { FakeTray } from './fake-electron.ts'
import { deskView } from './till-view.ts'

const en = desktopWords('en', 'fr')

function shownTray() {
  const tray = new FakeTray()
  const done: string[] = []
  let isOn = false
  const kept = keepTray({
    tray,
    icons: { calm: 'calm.png', attention: 'attention.png' },
    words: en,
    loginStart: {
      isOn: () => isOn,
      set: on => {
        isOn = on
      },
    },
    open: () => done.push('open'),
    print: () => done.push('print'),
    quit: () => done.push('quit'),
  })
  return { tray, kept, done, isOn: () => isOn }
}

test('the icon says the state in words, and how many pickups are new', () => {
  const { tray, kept } = shownTray()
  kept.show(deskView())
  expect([tray.toolTip, tray.images.at(-1)]).toEqual(['Tillbridge: Up to date', 'calm.png'])
  kept.show(deskView({ orders: ['#1', '#2'] }))
  expect([tray.toolTip, tray.images.at(-1)]).toEqual([
    'Tillbridge: Up to date, 2 new pickups',
    'attention.png',
  ])
  kept.show(null)
  expect(tray.toolTip).toBe('Tillbridge: Not running: sales are not sent at the moment')
})

test('the menu is made again only when something of it has changed, so that an open one stays', () => {
  const { tray, kept } = shownTray()
  for (let i = 0; i < 3; i += 1) kept.show(deskView())
  expect(tray.menus).toHaveLength(1)
  kept.show(deskView({ orders: ['#1'] }))
  expect(tray.menus).toHaveLength(2)
})

test('the menu opens, prints, quits, and turns the start at log-in on and off', () => {
  const { tray, kept, done, isOn } = shownTray()
  kept.show(deskView({ orders: ['#1'] }))
  tray.emit('click')
  for (const label of ['1 new pickup', en.open, en.print, en.quit]) tray.choose(label)
  expect(done).toEqual(['open', 'open', 'open', 'print', 'quit'])
  tray.choose(en.startAtLogin)
  expect([isOn(), tray.menus.at(-1)?.find(({ label }) => label === en.startAtLogin)?.checked]).toEqual([
    true,
    true,
  ])
  tray.choose(en.startAtLogin)
  expect(isOn()).toBe(false)
})

test('the icon goes with the app', () => {
  const { tray, kept } = shownTray()
  kept[Symbol.dispose]()
  expect(tray.isGone).toBe(true)
})

const silent = { source: 'pos', state: 'unavailable', problem: null } as const
test.each([
  [{ link: 'online' }, 'calm', en.upToDate],
  [{ unsent: 3, unsentSales: 2 }, 'calm', 'Sending 2 sales'],
  [{ unsent: 1 }, 'calm', 'Sending changes'],
  [{ link: 'connecting' }, 'calm', en.connecting],
  [{ link: 'offline', unsent: 1, unsentSales: 1 }, 'calm', 'Offline, 1 sale waiting, nothing is lost'],
  [{ link: 'offline' }, 'calm', 'Offline, nothing is lost'],
  [{ link: 'refused' }, 'attention', en.attention],
  [{ diskFull: true }, 'attention', en.attention],
  [{ keepsNothing: true, link: 'offline' }, 'attention', en.attention],
  [{ sources: [silent] }, 'attention', en.attention],
] as const)('a state of %o looks %s: %s', (state, look, sentence) => {
  expect(
    stateWords(deskView({ state: { ...state, sources: 'sources' in state ? [...state.sources] : [] } }), en),
  ).toEqual({
    look,
    sentence,
  })
})

test('the words are the user’s, or those that IT has set', () => {
  const titles = [
    desktopWords(undefined, 'de-AT'),
    desktopWords(undefined, 'fr'),
    desktopWords(undefined, 'pt-BR'),
    desktopWords('de', 'en-GB'),
  ].map(words => words.newPickups(2))
  expect(titles).toEqual(['2 neue Abholungen', '2 nouveaux retraits', '2 new pickups', '2 neue Abholungen'])
})
