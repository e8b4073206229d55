import { existsSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import type { DropFiles } from '../../agent/write-back/drop-files.ts'
import type { WriteBackJob, WriteBackKind } from '../../agent/write-back/job.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import type { TargetParts } from '../../agent/write-back/target.ts'
import { ReturnRestocked } from '../../shared/commands.ts'
import { SourceId } from '../../shared/ids.ts'
import { quietLog } from '../manual-world.ts'

export const target = SourceId.parse('pos')
export const noon = Date.parse('2026-11-25T12:00:00Z')

export function partsFor(device = 'dev_one', dropFiles: DropFiles = nodeDropFiles): TargetParts {
  return {
    target,
    device,
    clock: { now: () => noon, monotonicMs: () => 0 },
    log: quietLog,
    readText: () => null,
    openDatabase: file => (existsSync(file) ? new SQLite(file) : null),
    dropFiles,
  }
}

export function job(what: WriteBackKind, id: string, over: Partial<WriteBackJob> = {}): WriteBackJob {
  return {
    what,
    externalId: `tillbridge:${what}:${id}`,
    at: noon,
    order: '#1001',
    customer: 'A. Customer',
    note: '',
    lines: [{ sku: 'TEE-WHT-S', barcode: null, title: 'Tee', units: 2 }],
    ...over,
  }
}

export const restocked = (returnId: string, at = noon): ReturnRestocked =>
  ReturnRestocked.parse({
    kind: 'return.restocked',
    at,
    returnId,
    order: '#1001',
    lines: [{ sku: 'TEE-WHT-S', barcode: null, units: 1 }],
  })
