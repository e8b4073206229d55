import { expect, test } from 'vitest'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { followLinks } from '../../agent/electron/enrolment/follow-links.ts'
import { linkAmong } from '../../agent/electron/enrolment/link-among.ts'
import { readEnrolLink } from '../../agent/enrolment/enrol-link.ts'
import { enrolLink } from '../../shared/enrol-link.ts'

const CODE = 'ABCD-EFGH-JKMN-PQRS'
const LINK = `tillbridge://enrol?hub=https%3A%2F%2Fhub.example&code=${CODE}`
const ASKED = { hub: 'https://hub.example', code: CODE }
const en = desktopWords('en', 'en')

test('an enrolment link names a hub and a code', () => {
  expect(readEnrolLink(LINK)).toEqual(ASKED)
  expect(readEnrolLink(enrolLink(ASKED))).toEqual(ASKED)
  expect(readEnrolLink(LINK.replace('enrol?', 'enrol/?'))).toEqual(ASKED)
  expect(readEnrolLink(`tillbridge://enrol?hub=http://127.0.0.1:8080&code=${CODE}`)?.hub).toBe(
    'http://127.0.0.1:8080',
  )
})

test.each([
  'tillbridge://enrol',
  'tillbridge://enrol?hub=https://hub.example',
  `tillbridge://enrol?hub=http://hub.example&code=${CODE}`,
  `tillbridge://enrol?hub=https://a:b@hub.example&code=${CODE}`,
  `tillbridge://enrol?hub=javascript:alert(1)&code=${CODE}`,
  `tillbridge://enrol?hub=https://hub.example&code=${CODE}&data=/etc`,
  `tillbridge://enrol?hub=https://hub.example&hub=https://evil.example&code=${CODE}`,
  `tillbridge://enrol/more?hub=https://hub.example&code=${CODE}`,
  `tillbridge://other?hub=https://hub.example&code=${CODE}`,
  `tillbridge://enrol?hub=https://hub.example&code=${CODE}#more`,
  'tillbridge://enrol?hub=https://hub.example&code=--help',
  'tillbridge://enrol?hub=https://hub.example&code=short',
  `https://enrol?hub=https://hub.example&code=${CODE}`,
  `tillbridge://enrol?hub=https://hub.example&code=${CODE}&${'x'.repeat(1_000)}=1`,
  'rubbish',
])('anything else is refused: %s', link => {
  expect(readEnrolLink(link)).toBeNull()
})

test('a link is found among the arguments of a start', () => {
  expect(linkAmong(['--hidden', LINK])).toBe(LINK)
  expect(linkAmong(['/usr/bin/tillbridge', '--hidden'])).toBeNull()
})

function follower(mode: 'service' | 'standalone', isWanted: boolean) {
  const asked: string[] = []
  const told: string[] = []
  const enrolled: unknown[] = []
  const follow = followLinks({
    words: en,
    mode,
    async ask({ text }) {
      asked.push(text)
      return isWanted
    },
    tell: sentence => told.push(sentence),
    enrol: async one => void enrolled.push(one),
  })
  return { follow, asked, told, enrolled }
}

test('the user is asked first, with the hub’s address in plain sight', async () => {
  const { follow, asked, enrolled } = follower('standalone', true)
  await follow(LINK)
  expect(asked).toEqual([en.confirm('hub.example')])
  expect(enrolled).toEqual([ASKED])
})

test('a user who says no has enrolled nothing', async () => {
  const { follow, enrolled } = follower('standalone', false)
  await follow(LINK)
  expect(enrolled).toEqual([])
})

test('a service is never enrolled by a link: the user is told what IT does', async () => {
  const { follow, asked, told, enrolled } = follower('service', true)
  await follow(LINK)
  expect([asked, enrolled]).toEqual([[], []])
  expect(told).toEqual([en.enrolService('https://hub.example')])
})

test('an unreadable link says so', async () => {
  const { follow, told } = follower('standalone', true)
  await follow('tillbridge://enrol?hub=x')
  expect(told).toEqual([en.linkUnreadable])
})
