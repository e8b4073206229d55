import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TillState } from '../../agent/till/api-schema.ts'
import { openTillPort } from '../../agent/till/till-port.ts'
import { tillState } from '../../agent/till/till-state.ts'
import { stateMessages } from '../../agent/ui/state/state.messages.ts'
import { stateSentence } from '../../agent/ui/state/state-sentence.ts'
import { DeviceId } from '../../shared/ids.ts'
import { lightWorld, openTestJournal } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const links = TillState.shape.link.options

/** What the page says of a till with nothing else wrong. */
function said(link: TillState['link'], diskFull: boolean) {
  const state = TillState.parse({
    store: 'HAR',
    storeName: 'Harbour Street',
    till: 'Till 1',
    zone: 'Europe/London',
    link,
    since: 1,
    problem: null,
    unsent: 3,
    unsentSales: 2,
    sources: [],
    diskFull,
  })
  return stateSentence(state, { state: 'connected', since: 1 }, stateMessages.en, () => '14:08')
}

test.each(links)('a full disk is said whatever the link is: %s', link => {
  expect(said(link, true)).toEqual({ look: 'wrong', sentence: stateMessages.en.diskFull })
  expect(said(link, false).sentence).not.toContain('disk')
})

test.each([true, false])('the state carries what the journal knows of its disk: %s', isFull => {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  const state = tillState({
    device: {
      device: DeviceId.parse('dev_0000000000000000'),
      store: 'HAR',
      storeName: 'Harbour Street',
      till: 'Till 1',
      zone: 'Europe/London',
      hub: { id: 'hub_test', url: 'http://127.0.0.1:1' },
      privateKey: '',
    },
    journal: { ...opened.journal, diskFull: () => isFull },
    link: { link: 'online', since: 1, problem: null },
    sources: [],
    peripherals: [],
    writeBacks: [],
    prints: false,
  })
  expect(state.diskFull).toBe(isFull)
})

test.each(['HUB_UNPROVEN', 'HUB_ADDRESS_UNSAFE'])('%s is said in the language of the page', problemCode => {
  const state = TillState.parse({
    store: 'HAR',
    storeName: 'Harbour Street',
    till: 'Till 1',
    zone: 'Europe/London',
    link: 'refused',
    since: 1,
    problem: 'The words of IT.',
    problemCode,
    unsent: 3,
    unsentSales: 2,
    sources: [],
  })
  const live = { state: 'connected', since: 1 } as const
  const sayings = (['en', 'de'] as const).map(
    language => stateSentence(state, live, stateMessages[language], () => '14:08').sentence,
  )
  expect(sayings[0]).toMatch(/[Hh]ead office.*Call IT; sales stay safe here\.$/)
  expect(sayings[1]).toMatch(/Zentrale.*IT anrufen; die Verkäufe sind hier sicher\.$/)
})

test('why customers are hidden is said in the language of the page', () => {
  const state = TillState.parse({
    store: 'HAR',
    storeName: 'Harbour Street',
    till: 'Till 1',
    zone: 'Europe/London',
    link: 'offline',
    since: 1,
    problem: null,
    unsent: 0,
    unsentSales: 0,
    sources: [],
    customersHiddenAfterHours: 72,
  })
  const live = { state: 'connected', since: 1 } as const
  for (const [language, words] of [
    ['en', /72 hours.*names are hidden/],
    ['de', /72 Stunden.*Kundennamen verborgen/],
  ] as const)
    expect(stateSentence(state, live, stateMessages[language], () => '14:08').sentence).toMatch(words)
})

test.each(Object.values(stateMessages))(
  'settings that can’t be used are said on the page, after what stops sales',
  t => {
    const state = TillState.parse({
      store: 'HAR',
      storeName: 'Harbour Street',
      till: 'Till 1',
      zone: 'Europe/London',
      link: 'online',
      since: 1,
      problem: null,
      unsent: 0,
      unsentSales: 0,
      sources: [{ source: 'pos', kind: 'unicenta', state: 'reading', problem: null }],
      settingsProblem: 'agent.json: line 3, column 5.',
    })
    const said = (more: Partial<TillState>) =>
      stateSentence({ ...state, ...more }, { state: 'connected', since: 1 }, t, () => '14:08')
    expect(said({})).toEqual({ look: 'caution', sentence: expect.stringContaining('line 3, column 5.') })
    expect(said({ sources: [] })).toEqual({
      look: 'wrong',
      sentence: t.settingsNoSales('agent.json: line 3, column 5.'),
    })
    expect(said({ keepsNothing: true }).sentence).toBe(t.keepsNothing)
  },
)

test.each([
  ['EADDRINUSE', 'TILL_PORT_TAKEN'],
  ['EACCES', 'TILL_PORT_FORBIDDEN'],
])('a till port that can’t be had for %s is %s, with what to do', async (code, expected) => {
  const refusal = Object.assign(new Error(`listen ${code}`), { code })
  const sockets = { ...lightWorld().sockets, listen: () => Promise.reject(refusal) }
  await expect(openTillPort({ sockets }, 80)).rejects.toMatchObject({
    code: expected,
    message: expect.stringMatching(/port 80 .*\. .*[Ss]et another till port/i),
  })
})
