import { expect, test } from 'vitest'
import { keepPageAlive } from '../../agent/electron/window/page-health.ts'
import { manualWorld, quietLog } from '../manual-world.ts'
import { FakePage } from './fake-electron.ts'

function watched() {
  const logged: Record<string, unknown>[] = []
  const world = manualWorld({ log: { ...quietLog, error: facts => void logged.push(facts) } })
  const page = new FakePage()
  let reopened = 0
  const watch = keepPageAlive(page, {
    world,
    reopen: () => {
      reopened += 1
    },
  })
  return { world, page, logged, watch, reopened: () => reopened }
}

test('a page that crashed is opened again, with the reason in the log', async () => {
  const { world, page, logged, reopened } = watched()
  page.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 })
  expect(logged).toEqual([{ reason: 'oom', exitCode: 5, inMs: 500 }])
  await world.advance(499)
  expect(reopened()).toBe(0)
  await world.advance(1)
  expect(reopened()).toBe(1)
})

test('a page that keeps crashing is opened ever more seldom, and a healthy minute forgets that', async () => {
  const { world, page, logged } = watched()
  for (let i = 0; i < 9; i += 1) {
    page.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    await world.advance(30_000)
  }
  expect(logged.map(({ inMs }) => inMs)).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
  page.emit('did-finish-load')
  await world.advance(60_000)
  page.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
  expect(logged.at(-1)?.['inMs']).toBe(500)
})

test('a page that does not answer for ten seconds is ended; one that answers in time is left alone', async () => {
  const { world, page, logged } = watched()
  page.emit('unresponsive')
  await world.advance(9_999)
  page.emit('responsive')
  await world.advance(20_000)
  expect(page.crashes).toBe(0)
  page.emit('unresponsive')
  await world.advance(10_000)
  expect([page.crashes, logged[0]?.['reason']]).toEqual([1, 'frozen'])
})

test('a page that can’t be loaded is opened again; one whose load was replaced is not', async () => {
  const { world, page, logged, reopened } = watched()
  page.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'http://127.0.0.1:1/', true)
  page.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', 'http://127.0.0.1:1/x.png', false)
  await world.advance(60_000)
  expect(reopened()).toBe(0)
  page.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', 'http://127.0.0.1:1/', true)
  await world.advance(500)
  expect([reopened(), logged[0]?.['why']]).toEqual([1, 'ERR_CONNECTION_REFUSED'])
})

test('a page that ends in order, and one of an app that ends, is not opened again', async () => {
  const { world, page, watch, reopened } = watched()
  page.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 })
  page.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 })
  watch[Symbol.dispose]()
  await world.advance(60_000)
  expect(reopened()).toBe(0)
})
