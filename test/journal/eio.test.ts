import { join } from 'node:path'
import { expect } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { temporaryFolder } from '../manual-world.ts'
import { nodeWords, runToEnd, testWith } from '../shared/child.ts'
import { DEVICE, lightWorld, openTestJournal, put, readChain, receiveCommands } from './test-journal.ts'

const script = new URL('./eio.child.ts', import.meta.url)

/** An enrolled agent's folder, with one pickup; its hub is away. */
async function agentFolder(folder: string) {
  const world = lightWorld()
  const paths = agentPaths(folder)
  world.files.writePrivate(paths.config, '{"till":{"port":0}}')
  writeDeviceFile(world.files, paths.device, {
    device: DeviceId.parse(DEVICE),
    hub: { id: 'hub_1', url: 'http://127.0.0.1:9' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: newSigningKey(world.random).privateKey,
  })
  using opened = openTestJournal(world, paths.journal)
  await receiveCommands(opened.journal, [put()])
  return world
}

testWith('strace')(
  'when the disk refuses one fsync nothing is promised, the agent says so and starts again on the checked file',
  async () => {
    using folder = temporaryFolder()
    const world = await agentFolder(folder.path)
    const trace = join(folder.path, 'trace')
    const syncs = ['strace', '-qq', '-o', trace, '-e']
    // a first start writes files that later ones find
    await runToEnd([...nodeWords(script, folder.path, 'count')])
    await runToEnd([...syncs, 'trace=fsync,fdatasync,write', ...nodeWords(script, folder.path, 'count')])
    const calls = (world.files.readText(trace) ?? '').split('\n')
    const ready = calls.findIndex(call => call.includes('READY'))
    expect(ready).toBeGreaterThan(0)
    const before = calls.slice(0, ready).filter(call => /^f(data)?sync\(/.test(call)).length
    expect(before).toBeGreaterThan(1)

    const inject = `inject=fsync,fdatasync:error=EIO:when=${before + 1}`
    const { out, err } = await runToEnd([...syncs, inject, ...nodeWords(script, folder.path)])
    expect(err).toBe('')
    const found = JSON.parse(out)
    expect(found).toMatchObject({ first: 500, state: 'picking' })
    // the log may hold the move all the same: then it counts, and pressing again is one too many
    expect([200, 409]).toContain(found.second)
    expect(found.logged).toContain('JOURNAL_DAMAGED')
    using opened = openTestJournal(world, agentPaths(folder.path).journal)
    expect((await readChain(opened.journal)).map(body => JSON.parse(body).move)).toEqual(['pick'])
  },
)
