import { expect, test } from 'vitest'
import { z } from 'zod'
import { known } from './known.ts'
import { runSimulator } from './run-simulator.ts'

const Acted = z.object({ finding: z.string(), found: z.string().nullable() })

test('what is known to go wrong still does; what was corrected comes off the list', async () => {
  const acted = z.array(Acted).parse(await runSimulator('--known'))
  expect(acted.filter(({ found }) => found === null).map(({ finding }) => finding)).toEqual([])
  expect(acted.map(({ finding }) => finding)).toEqual(known.map(({ finding }) => finding))
})
