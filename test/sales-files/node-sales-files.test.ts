import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { nodeSalesFiles } from '../../agent/sources/sales-files/node-sales-files.ts'
import { temporaryFolder } from '../manual-world.ts'

test('lists the files right in a folder, and reads pieces of them', async () => {
  using folder = temporaryFolder()
  expect(await nodeSalesFiles.list(join(folder.path, 'none'))).toBeNull()
  mkdirSync(join(folder.path, 'sub.xml'))
  const file = join(folder.path, 'a.xml')
  writeFileSync(file, 'abcdef')
  const [found, ...rest] = (await nodeSalesFiles.list(folder.path)) ?? []
  expect(rest).toEqual([])
  expect(found).toMatchObject({ name: 'a.xml', bytes: 6 })
  expect(Math.abs((found?.writtenMs ?? 0) - statSync(file).mtimeMs)).toBeLessThan(1)
  const into = Buffer.alloc(4)
  expect(await nodeSalesFiles.read(file, 4, into)).toEqual({ filled: 2, identity: found?.identity })
  expect(into.toString('utf8', 0, 2)).toBe('ef')
  renameSync(file, join(folder.path, 'b.xml'))
  expect(await nodeSalesFiles.read(file, 0, into)).toBeNull()
  expect((await nodeSalesFiles.list(folder.path))?.[0]).toMatchObject({
    name: 'b.xml',
    identity: found?.identity,
  })
})

test('says that something in the folder changed', async () => {
  using folder = temporaryFolder()
  let changes = 0
  const stop = nodeSalesFiles.watch(folder.path, () => {
    changes += 1
  })
  try {
    // the watcher takes a moment to begin, so the file is written until it is noticed
    const file = join(folder.path, 'a.xml')
    await vi.waitFor(
      () => {
        appendFileSync(file, 'x')
        expect(changes).toBeGreaterThan(0)
      },
      { interval: 50 },
    )
  } finally {
    stop()
    rmSync(join(folder.path, 'a.xml'), { force: true })
  }
})
