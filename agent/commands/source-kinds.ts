import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import { openPosInlet } from '../sources/http/http-source.ts'
import { sourceKinds } from '../sources/kinds.ts'
import type { CapturedReceipts } from '../sources/paper/captured-receipts.ts'
import { capturedReceiptsOf } from '../sources/paper/captured-samples.ts'
import { receiptReader } from '../sources/paper/reader.ts'
import { receiptsKind } from '../sources/paper/receipt-sources.ts'
import { nodeSalesFiles } from '../sources/sales-files/node-sales-files.ts'
import type { AnySourceKind } from '../sources/source.ts'

/** Every kind of source, for a look at what it would read. Receipts are those that the agent has captured so far. */
export function kindsToLookAt(
  world: Pick<World, 'files' | 'clock'>,
  folder: string,
): readonly AnySourceKind[] {
  const { journal } = agentPaths(folder)
  const receipts = receiptsKind((settings, parts) =>
    receiptReader(settings, {
      ...parts,
      files: world.files,
      captured: capturedOnce(
        world.files.sizeOf(journal) === null ? [] : capturedReceiptsOf(world.files, journal, parts.source),
      ),
    }),
  )
  return sourceKinds({ salesFiles: nodeSalesFiles, http: openPosInlet().kind, receipts })
}

/** Gives each receipt once and keeps nothing. */
function capturedOnce(rows: ReturnType<typeof capturedReceiptsOf>): CapturedReceipts {
  const left = [...rows].reverse() // oldest first
  return {
    add: async () => undefined,
    unread: (_reading, limit) => left.splice(0, limit),
    close: async () => undefined,
    aside: () => ({}),
  }
}
