import { expect, test } from 'vitest'
import { type ChannelAnswer, type PageCalls, serveChannels } from '../../agent/electron/channels.ts'
import { LOCAL_PAGE } from '../../agent/electron/window/local-page.ts'
import { quietLog } from '../manual-world.ts'

const ENROLMENT = { hub: 'https://hub.example', code: 'ABCD-EFGH-JKMN-PQRS' }

function served() {
  const handlers = new Map<string, Parameters<PageCalls['handle']>[1]>()
  const done: unknown[] = []
  serveChannels(
    { handle: (channel, run) => void handlers.set(channel, run) },
    {
      async 'start-agent'() {
        done.push('start-agent')
        return null
      },
      async enrol(asked) {
        done.push(asked)
        if (asked.hub.includes('down')) throw new Error('it is down')
        return 'done'
      },
    },
    quietLog,
  )
  const call = (
    channel: string,
    body: unknown,
    url: string | null = LOCAL_PAGE,
  ): Promise<ChannelAnswer> | undefined =>
    handlers.get(channel)?.({ senderFrame: url === null ? null : { url } }, body)
  return { call, done, channels: [...handlers.keys()] }
}

test('the app’s own page may start the agent and enrol it, and nothing else', async () => {
  const { call, done, channels } = served()
  expect(channels).toEqual(['tillbridge:start-agent', 'tillbridge:enrol'])
  expect(await call('tillbridge:start-agent', undefined)).toEqual({ words: null })
  expect(await call('tillbridge:enrol', ENROLMENT)).toEqual({ words: 'done' })
  expect(done).toEqual(['start-agent', ENROLMENT])
})

test.each(['http://127.0.0.1:8765/', 'https://evil.example/', 'tillbridge-desk://other/', 'rubbish', null])(
  'a call from %s does nothing',
  async url => {
    const { call, done } = served()
    expect(await call('tillbridge:enrol', ENROLMENT, url)).toEqual({ words: null })
    expect(done).toEqual([])
  },
)

test.each([
  {},
  { ...ENROLMENT, more: 1 },
  { ...ENROLMENT, hub: 'http://hub.example' },
  { ...ENROLMENT, code: '<b>' },
  'text',
  null,
])('a body of another shape does nothing and is answered in words: %o', async body => {
  const { call, done } = served()
  expect((await call('tillbridge:enrol', body))?.words).toBeTruthy()
  expect(done).toEqual([])
})

test('a failure is answered in its words', async () => {
  const { call } = served()
  const answer = await call('tillbridge:enrol', { ...ENROLMENT, hub: 'https://down.example' })
  expect(answer).toEqual({ words: 'it is down' })
})
