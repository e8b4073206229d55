import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { answers, command, someWords, type Terminal } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { keyFingerprint } from '../../shared/signing.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import { deviceFileUnreadable, readDeviceFile, writeDeviceFile } from '../enrolment/device-file.ts'
import { enrolTill } from '../enrolment/enrol.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'

export const alreadyEnrolled = defineError(
  'ALREADY_ENROLLED',
  (f: { device: string; folder: string }) =>
    `This till is enrolled as ${f.device} (${f.folder}). To re-enrol it, add --again; the new device then sends the unsent events, once.`,
)
export const enrolCodeMissing = defineError(
  'ENROL_CODE_MISSING',
  () => 'No code was given. Type it, or pipe it to this command.',
)

export function enrolCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'enrol',
    'enrol this till in its store; asks for head office’s one-time code, or reads it from standard input',
  )
    .requiredOption('--hub <url>', 'the hub’s address')
    .option('--till <name>', 'this till’s name, if it differs from the one head office gave', someWords)
    .option('--again', 're-enrol a till')
    .option(...folderOption)
  return answers<Data & { hub: string; till?: string; again?: boolean }>(of, terminal, async options => {
    const paths = agentPaths(options.data)
    const former = formerDevice(world, paths.device)
    if (former !== null && options.again !== true)
      throw alreadyEnrolled({ device: former, folder: options.data })
    const code = await readCode(terminal)
    if (code === '') throw enrolCodeMissing({})
    const file = await enrolTill(world, options.hub, code, options.till ?? null)
    world.files.ensureFolder(options.data)
    writeDeviceFile(world.files, paths.device, file)
    const { device, store, storeName, till } = file
    const hubKey = file.hub.key === undefined ? null : keyFingerprint(file.hub.key)
    const hub = hubKey === null ? '' : `\nIt obeys only the hub with the key ${hubKey}.`
    return {
      json: { device, store, storeName, till, hubKey },
      text: `This is now till "${till}" of ${storeName} (${store}), device ${device}.${hub}`,
    }
  })
}

/** The device this till is enrolled as, even where its file is damaged; null for none. */
function formerDevice(world: Pick<World, 'files'>, path: string): string | null {
  try {
    return readDeviceFile(world.files, path)?.device ?? null
  } catch (error) {
    if (deviceFileUnreadable.is(error)) return 'a device whose file is damaged'
    throw error
  }
}

/** The code is never an argument, because every user of this PC can read those. */
async function readCode(terminal: Terminal): Promise<string> {
  if (process.stdin.isTTY) terminal.err('Code: ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line.trim()
  return ''
}
