import { join } from 'node:path'
import { expect, test } from 'vitest'
import { auditInChild } from '../../hub/commands/audit-in-child.ts'
import { openHubDatabase } from '../../hub/db/db.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('the audit of a real hub runs as a process of its own; one that cannot start says why', async () => {
  using folder = temporaryFolder()
  const db = await openHubDatabase(manualWorld(), { file: join(folder.path, 'hub.db') })
  await db.destroy()
  const program = join(import.meta.dirname, '../../hub/cli.mjs')
  expect(await auditInChild(program, { data: folder.path })).toEqual({ findings: [], receiptGaps: [] })
  const missing = join(folder.path, 'missing.mjs')
  await expect(auditInChild(missing, { data: folder.path })).rejects.toMatchObject({
    code: 'AUDIT_UNFINISHED',
    message: expect.stringContaining('MODULE_NOT_FOUND'),
  })
})
