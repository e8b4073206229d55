import { expect, test } from 'vitest'
import { enrolTill } from '../../agent/enrolment/enrol.ts'
import { unsafeAddress } from '../../agent/enrolment/hub-address.ts'
import { lightWorld } from '../journal/test-journal.ts'

const outside = [
  'http://192.168.1.20:7400',
  'http://hub.example',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://user@hub.example',
  'http://[::2]',
  'ws://hub.example',
  'ftp://hub.example',
]

test.each(outside)('%s is refused before a code or a key leaves this PC', async url => {
  let asked = 0
  const world = lightWorld()
  const sockets = {
    ...world.sockets,
    fetch: async () => {
      asked += 1
      return new Response('{}')
    },
  }
  await expect(enrolTill({ ...world, sockets }, url, 'CODE', null)).rejects.toMatchObject({
    code: 'HUB_ADDRESS_UNSAFE',
  })
  expect(asked).toBe(0)
})

test.each([
  'https://hub.example',
  'http://127.0.0.1:7400',
  'http://localhost:7400',
  'http://[::1]:7400',
  'http://127.9.9.9',
])('%s may be used', url => expect(unsafeAddress(url)).toBeNull())
