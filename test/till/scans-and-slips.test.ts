import { expect, test } from 'vitest'
import { z } from 'zod'
import { PrintJobView, ScanView } from '../../agent/till/api-schema.ts'
import { readChain } from '../journal/test-journal.ts'
import { openTill, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>
const PICKUP = '/api/pickups/gid%3A%2F%2Fshopify%2FFulfillmentOrder%2F7'

async function send(till: Till, path: string, body: unknown) {
  const page = await pageBy(till.link)
  const answer = await page.post(path, body)
  return { status: answer.status, body: JSON.parse(answer.body) as unknown }
}
const events = async (till: Till) => (await readChain(till.journal)).map(body => JSON.parse(body) as object)

test('a scan typed into the page is journalled and says what to look for', async () => {
  await using till = await openTill()
  const scan = ScanView.parse((await send(till, '/api/scans', { text: ']E04006381333931' })).body)
  expect(scan).toEqual({ code: '4006381333931', problem: null })
  expect(ScanView.parse((await send(till, '/api/scans', { text: '#1043' })).body).code).toBe('#1043')
  expect(await events(till)).toMatchObject([
    { kind: 'scan.observed', peripheral: 'keyboard', via: 'keyboard', aim: ']E0', gtin: '04006381333931' },
    { kind: 'scan.observed', order: '#1043', gtin: null },
  ])
})

test('a card that is scanned or typed leaves no number, here or in the journal', async () => {
  await using till = await openTill()
  const { body } = await send(till, '/api/scans', { text: '%B4111111111111111^DOE/J^2512?' })
  expect(JSON.stringify([body, await events(till)])).not.toContain('411111111111')
})

test('a slip waits in the journal until its printer is there, and can be printed again only when it has ended', async () => {
  await using till = await openTill()
  till.put()
  const { status, body } = await send(till, `${PICKUP}/slips`, { slip: 'pick-slip' })
  const job = PrintJobView.parse(body)
  expect({ status, job }).toMatchObject({ status: 200, job: { state: 'queued', orderName: '#1043' } })
  const list = await (await pageBy(till.link)).get('/api/print-jobs')
  expect(z.array(PrintJobView).parse(JSON.parse(list.body))).toEqual([job])
  expect(await send(till, `/api/print-jobs/${job.job}/reprint`, {})).toMatchObject({
    status: 409,
    body: { code: 'PRINT_JOB_UNDER_WAY' },
  })
})

test.each<[string, string, unknown, number, string]>([
  ['a slip of an unknown pickup', '/api/pickups/nothing/slips', { slip: 'pick-slip' }, 404, 'PICKUP_UNKNOWN'],
  ['an unknown slip', `${PICKUP}/slips`, { slip: 'poster' }, 400, 'TILL_REQUEST_MALFORMED'],
  ['an unknown job', '/api/print-jobs/none/reprint', {}, 404, 'PRINT_JOB_UNKNOWN'],
  ['a scan of nothing', '/api/scans', { text: '' }, 400, 'TILL_REQUEST_MALFORMED'],
  ['a scan without end', '/api/scans', { text: 'x'.repeat(5_000) }, 400, 'TILL_REQUEST_MALFORMED'],
])('%s is refused by name', async (_what, path, body, status, code) => {
  await using till = await openTill()
  till.put()
  expect(await send(till, path, body)).toMatchObject({ status, body: { code } })
})
