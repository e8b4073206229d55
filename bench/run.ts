import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benches } from './benches.ts'
import type { Row } from './measure/compare.ts'
import { machineFacts } from './measure/machine.ts'
import { tableOf, usageOf } from './measure/report.ts'

/** `npm run bench`. Ends with 1 when two ends held different rows, never for a missed aim: machines differ. */
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(benches) },
    json: { type: 'string' },
    tiny: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  process.stdout.write(usageOf(Object.keys(benches)))
  process.exit(0)
}
const unknown = values.only.filter(name => !(name in benches))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

const rows: Row[] = []
for (const name of values.only) {
  console.error(`${name} …`)
  rows.push(...((await benches[name]?.({ tiny: values.tiny })) ?? []))
}
const machine = machineFacts()
process.stdout.write(tableOf(rows, machine))
const result = { machine, tiny: values.tiny, rows }
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
