import { expect, test } from 'vitest'
import { z } from 'zod'
import { ToldFinding } from '../../shared/findings.ts'
import { hubAndTill } from '../remote-settings/till-with-settings.ts'

const Asked = z.object({ asked: z.array(z.object({ id: z.string(), state: z.string() })) })
const Fleet = z.object({ tills: z.array(z.object({ disk: z.unknown() })) })
const Answer = z.object({ answer: z.object({ findings: z.array(ToldFinding) }) })

test('a real till examines itself for head office, and says that its agent runs', async () => {
  await using set = await hubAndTill()
  await set.hub('device', 'doctor', 'HAR/Till 1', '--by', 'Maya', '--wait', '0')
  await using agent = set.agent()
  const asked = async () => Asked.parse(await set.hub('device', 'asked')).asked[0]
  await expect.poll(asked, { interval: 300 }).toMatchObject({ state: 'answered' })
  const { answer } = Answer.parse(await set.hub('device', 'answer', (await asked())?.id ?? ''))
  expect(answer.findings).toContainEqual(
    expect.objectContaining({
      check: 'journal',
      sentence: expect.stringContaining('The agent runs, is online'),
    }),
  )
  expect(answer.findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['enrolment', 'settings', 'disk', 'hub', 'pos']),
  )
  expect(agent.log()).toContain('head office asks something of this till')
  const fleet = async () => Fleet.parse(await set.hub('fleet')).tills[0]?.disk
  await expect
    .poll(fleet, { interval: 300 })
    .toMatchObject({ free: expect.any(Number), total: expect.any(Number) })
})
