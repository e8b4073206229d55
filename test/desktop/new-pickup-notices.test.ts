import { expect, test } from 'vitest'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { noticeNewPickups } from '../../agent/electron/notices/new-pickup-notices.ts'
import { manualWorld } from '../manual-world.ts'
import { FakeNotice } from './fake-electron.ts'
import { deskView } from './till-view.ts'

function noticed() {
  const world = manualWorld()
  const shown: FakeNotice[] = []
  const at = { front: false, opened: 0 }
  const notices = noticeNewPickups({
    world,
    words: desktopWords('en', 'en'),
    everyMs: 60_000,
    create(options) {
      const notice = new FakeNotice(options)
      shown.push(notice)
      return notice
    },
    isPageInFront: () => at.front,
    open: () => {
      at.opened += 1
    },
  })
  return {
    world,
    shown,
    at,
    notices,
    show: (...orders: string[]) => notices.show(deskView({ orders }).newPickups),
  }
}

test('a new pickup is told at once, with sound, and stays on the screen', () => {
  const { shown, show } = noticed()
  show('#1043')
  expect(shown.map(({ options, state }) => ({ ...options, state }))).toEqual([
    {
      title: '1 new pickup',
      body: '#1043 (2 items)',
      silent: false,
      urgency: 'critical',
      timeoutType: 'never',
      state: 'shown',
    },
  ])
})

test('it is told again every minute until it is accepted, and then no more', async () => {
  const { world, shown, show } = noticed()
  show('#1')
  for (let i = 0; i < 11; i += 1) {
    await world.advance(5_000)
    show('#1')
  }
  expect(shown).toHaveLength(1)
  await world.advance(5_000)
  expect(shown.map(({ state }) => state)).toEqual(['closed', 'shown'])
  await world.advance(60_000)
  expect(shown).toHaveLength(3)
  show()
  expect(shown.at(-1)?.state).toBe('closed')
  await world.advance(600_000)
  expect(shown).toHaveLength(3)
})

test('another new pickup is told at once, together with those that wait', () => {
  const { shown, show } = noticed()
  show('#1')
  show('#1', '#2', '#3', '#4', '#5')
  expect(shown.map(({ options }) => `${options.title}: ${options.body}`)).toEqual([
    '1 new pickup: #1 (2 items)',
    '5 new pickups: #1 (2 items), #2 (2 items), #3 (2 items), and 2 more',
  ])
})

test('no notice covers the till page while it is in front; once the POS is, the next one shows', async () => {
  const { world, shown, at, show } = noticed()
  at.front = true
  show('#1')
  expect(shown).toEqual([])
  at.front = false
  await world.advance(60_000)
  expect(shown).toHaveLength(1)
})

test('a notice opens the window, and none is left when the app ends', async () => {
  const { world, shown, at, notices, show } = noticed()
  show('#1')
  shown[0]?.emit('click')
  expect(at.opened).toBe(1)
  notices[Symbol.dispose]()
  await world.advance(600_000)
  expect(shown.map(({ state }) => state)).toEqual(['closed'])
})
