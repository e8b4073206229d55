import { agentPaths } from '../../agent/config.ts'
import { runAgent } from '../../agent/run.ts'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { quickened, SALES, type Script, waitMs } from './script.ts'

/** Runs the whole agent and posts sales to it as a POS does: each with its own key until it is answered 200. */
export const agentScript: Script = async (folder, { world, tell }) => {
  const paths = agentPaths(folder)
  const stop = Promise.withResolvers<void>()

  /** @returns how the agent took it; null: it did not, or nothing answered */
  async function post(number: number): Promise<string | null> {
    const link = world.files.readText(paths.link)?.trim()
    if (link === undefined) return null
    try {
      const answer = await world.sockets.fetch(`${new URL(link).origin}/pos/pos/sales`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${world.files.readText(paths.posToken)?.trim()}`,
          'content-type': 'application/json',
          'idempotency-key': `key-${number}`,
        },
        body: JSON.stringify(postedSale(number)),
      })
      const body = await answer.text()
      return answer.ok ? String(JSON.parse(body).taken) : null
    } catch {
      return null // the agent is closed: it opens again, or the process ends
    }
  }

  async function sell(): Promise<void> {
    for (let number = 1; number <= SALES; number += 1) {
      let taken = await post(number)
      for (; taken === null; taken = await post(number)) await waitMs(world, 20)
      tell(`acked ${number} ${taken}`)
    }
    stop.resolve()
  }

  await runAgent({
    pid: process.pid,
    folder,
    version: 'test',
    pages: folder,
    desk: null,
    launchHost: () => {
      throw new Error('this till has no peripherals')
    },
    dropFiles: nodeDropFiles,
    salesFiles: nodeSalesFiles,
    world: quickened(world),
    stop: stop.promise,
    ready() {
      tell('ready')
      void sell()
    },
  })
}

const postedSale = (number: number) => ({
  receipt: String(number),
  till: '1',
  soldAt: '2026-11-25T10:00:00',
  lines: [{ sku: 'SHIRT-M', title: 'Shirt', quantity: '1', net: '8.40' }],
  taxes: [{ name: 'VAT', ratePercent: 19, base: '8.40', amount: '1.60' }],
  tenders: [{ kind: 'cash', name: 'cash', amount: '10.00' }],
})
