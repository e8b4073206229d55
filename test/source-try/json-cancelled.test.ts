import { expect, test } from 'vitest'
import { proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

test.each(['cancelDivision', 'cancel_flag', 'cancelledAt'])(
  'a sale that "%s" marks does not count',
  async field => {
    const sale = (id: string, mark: string) => ({
      ...{ transactionHeadId: id, transactionDateTime: `2026-07-18T09:1${id}:00`, total: 9, [field]: mark },
      details: [{ productCode: 'T-1', productName: 'Cup', quantity: 1, amount: 9 }],
    })
    const no = field === 'cancelledAt' ? '' : '0'
    const yes = field === 'cancelledAt' ? '2026-07-18T09:30:00' : '1'
    const { rows, questions } = await proposeJson(
      {
        ...{ file: 'sales.json', folder: '/till', unread: 0, source: SourceId.parse('sales') },
        bytes: Buffer.from(JSON.stringify([sale('1', no), sale('2', yes)])),
        store: { zone: 'Asia/Tokyo', warehouse: 'HAR' },
        answers: new Map([['currency', 'JPY']]),
      },
      manualWorld(),
    )
    expect(questions).toEqual([])
    expect(rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event.receipt] : []))).toEqual([
      '1',
    ])
  },
)
