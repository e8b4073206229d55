import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import type { DropFiles } from '../../agent/write-back/drop-files.ts'
import { fileDrop, nameOf } from '../../agent/write-back/file-drop.ts'
import { nodeDropFiles } from '../../agent/write-back/node-drop-files.ts'
import { posWriteUnavailable } from '../../agent/write-back/problems.ts'
import { temporaryFolder } from '../manual-world.ts'
import { job, partsFor } from './parts.ts'

const open = (folder: string, format: string, parts = partsFor()) =>
  fileDrop.configure('pos', { folder, format })(parts)
const dropped = (folder: string): string[] => readdirSync(folder).filter(name => name !== '.tillbridge')

test('a thing is a file that appears whole, once, also after the POS has taken it', async () => {
  using folder = temporaryFolder()
  const target = await open(folder.path, 'json')
  const order = job('order', 'gid://shopify/FulfillmentOrder/1')
  await target.write(order)
  await target.write(order)
  const [name = '', ...others] = dropped(folder.path)
  expect(others).toEqual([])
  expect(name).toMatch(/^tillbridge-order-gid-shopify-FulfillmentOrder-1-[0-9a-f]{12}\.json$/)
  expect(JSON.parse(readFileSync(join(folder.path, name), 'utf8'))).toEqual({
    version: 1,
    ...order,
    at: '2026-11-25T12:00:00.000Z',
  })
  rmSync(join(folder.path, name))
  await target.write(order)
  expect(dropped(folder.path)).toEqual([])
})

test('two agents of one store drop it once', async () => {
  using folder = temporaryFolder()
  const one = await open(folder.path, 'json', partsFor('dev_one'))
  const two = await open(folder.path, 'json', partsFor('dev_two'))
  await one.write(job('order', '1'))
  rmSync(join(folder.path, dropped(folder.path)[0] ?? ''))
  await two.write(job('order', '1'))
  expect(dropped(folder.path)).toEqual([])
  expect(readdirSync(join(folder.path, '.tillbridge'))).toEqual([`${nameOf('tillbridge:order:1')}.claim`])
})

/** A disk that the agent is killed at, before its n-th change or right after it. */
function killedAt(change: number, after: boolean): DropFiles {
  let changes = 0
  const counted =
    <A extends readonly unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      changes += 1
      if (changes === change && !after) throw new Error('killed')
      const value = work(...args)
      if (changes === change) throw new Error('killed')
      return value
    }
  return {
    ...nodeDropFiles,
    write: counted(nodeDropFiles.write),
    create: counted(nodeDropFiles.create),
    move: counted(nodeDropFiles.move),
  }
}

test.each([1, 2, 3].flatMap(change => [false, true].map(after => [change, after] as const)))(
  'killed at change %d (after it: %s), the retry drops it once, in any process',
  async (change, after) => {
    for (const retrier of ['dev_one', 'dev_two']) {
      using folder = temporaryFolder()
      const first = await open(folder.path, 'csv', partsFor('dev_one', killedAt(change, after)))
      await expect(first.write(job('return', '1'))).rejects.toSatisfy(posWriteUnavailable.is)
      const seen = new Set<string>()
      const take = (): void => {
        for (const name of dropped(folder.path)) {
          expect(seen).not.toContain(name)
          seen.add(name)
          expect(readFileSync(join(folder.path, name), 'utf8')).toContain('TEE-WHT-S,,Tee,2\r\n')
          rmSync(join(folder.path, name))
        }
      }
      take()
      for (const device of [retrier, 'dev_one', 'dev_two']) {
        await (await open(folder.path, 'csv', partsFor(device))).write(job('return', '1'))
        take()
      }
      expect(seen.size).toBe(1)
    }
  },
)

test('a folder that is not there is not now, and is not made', async () => {
  using folder = temporaryFolder()
  const share = join(folder.path, 'share')
  await expect(open(share, 'json')).rejects.toSatisfy(posWriteUnavailable.is)
  mkdirSync(share)
  const target = await open(share, 'json')
  rmSync(share, { recursive: true })
  await expect(target.write(job('order', '1'))).rejects.toSatisfy(posWriteUnavailable.is)
  expect(existsSync(share)).toBe(false)
})

const nasty = {
  customer: '=cmd|x, "A" <B>',
  note: 'two\nlines & ]]> \u0007 \ud800 ✓',
  lines: [{ sku: 'a"b', barcode: '&<>', title: '<!-- & "t" -->', units: 1 }],
}

test('hostile texts stay texts in CSV', async () => {
  using folder = temporaryFolder()
  await (await open(folder.path, 'csv')).write(job('order', '1', nasty))
  const rows: unknown = parse(readFileSync(join(folder.path, dropped(folder.path)[0] ?? ''), 'utf8'), {
    columns: true,
  })
  expect(rows).toMatchObject([
    { customer: `'=cmd|x, "A" <B>`, sku: 'a"b', title: '<!-- & "t" -->', line: '0', units: '1' },
  ])
})

test('hostile texts stay texts in XML', async () => {
  using folder = temporaryFolder()
  await (await open(folder.path, 'xml')).write(job('order', '1', nasty))
  const texts: string[] = []
  const lines: unknown[] = []
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw error
  })
  parser.on('text', text => texts.push(text.trim()))
  parser.on('opentag', tag => tag.name === 'line' && lines.push(tag.attributes))
  parser.write(readFileSync(join(folder.path, dropped(folder.path)[0] ?? ''), 'utf8')).close()
  expect(texts.filter(text => text !== '')).toEqual([
    '#1001',
    nasty.customer,
    'two\nlines & ]]>   ✓',
    nasty.lines[0]?.title,
  ])
  expect(lines).toEqual([{ number: '0', sku: 'a"b', barcode: '&<>', units: '1' }])
})

test.each([
  [{}, 'folder'],
  [{ folder: 'x', format: 'pdf' }, 'format'],
])('settings %j are refused and say why', (settings, field) =>
  expect(() => fileDrop.configure('pos', settings)).toThrow(field),
)
