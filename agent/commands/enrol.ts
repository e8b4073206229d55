import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { answers, command, someWords, type Terminal } from '../../shared/command-line.ts'
import { LINK_SCHEME } from '../../shared/enrol-link.ts'
import { defineError } from '../../shared/errors.ts'
import { keyFingerprint } from '../../shared/signing.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'
import {
  type DeviceFile,
  deviceFileUnreadable,
  readDeviceFile,
  writeDeviceFile,
} from '../enrolment/device-file.ts'
import { enrolTill, hubAddressWrong } from '../enrolment/enrol.ts'
import { readEnrolLink } from '../enrolment/enrol-link.ts'
import { leaveByProxy } from '../hub-proxy.ts'
import { demandOwnSettings, forgetOwnSettings } from '../own-settings.ts'
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

export const enrolHubMissing = defineError(
  'ENROL_HUB_MISSING',
  () => 'Which hub is the code for? Add --hub https://…, or scan the square code on head office’s page.',
)
export const enrolLinkRefused = defineError(
  'ENROL_LINK_REFUSED',
  (f: { why: string }) => `What was scanned or typed can't be used: ${f.why}. Nothing was sent.`,
)

export function enrolCommand({ terminal, world }: CommandParts): Command {
  const of = command(
    'enrol',
    'enrol this till in its store; asks for head office’s one-time code, or reads it from standard input: typed, or scanned from its page',
  )
    .option('--hub <url>', 'the hub’s address; a scanned square code names it')
    .option('--till <name>', 'this till’s name, if it differs from the one head office gave', someWords)
    .option('--again', 're-enrol a till')
    .option(...folderOption)
  return answers<Data & { hub?: string; till?: string; again?: boolean }>(of, terminal, async options => {
    const paths = agentPaths(options.data)
    const former = formerDevice(world, paths.device)
    if (former !== null && options.again !== true)
      throw alreadyEnrolled({ device: former.device, folder: options.data })
    const { hub: address, code } = askedBy(await readCode(terminal), options.hub ?? null)
    // as it will be run: what worked last for another store is forgotten below
    leaveByProxy(world, demandOwnSettings({ world, folder: options.data }).config)
    const file = await enrolTill(world, address, code, options.till ?? null)
    world.files.ensureFolder(options.data)
    if (former?.of !== placeOf(file)) forgetOwnSettings({ world, folder: options.data })
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

const placeOf = ({ store, hub }: DeviceFile) => JSON.stringify([hub.id, store])

/** The device this till is enrolled as, even where its file is damaged, and of which hub and store; null for none. */
function formerDevice(
  world: Pick<World, 'files'>,
  path: string,
): { readonly device: string; readonly of: string | null } | null {
  try {
    const file = readDeviceFile(world.files, path)
    return file === null ? null : { device: file.device, of: placeOf(file) }
  } catch (error) {
    if (deviceFileUnreadable.is(error)) return { device: 'a device whose file is damaged', of: null }
    throw error
  }
}

/**
 * The hub and the code of what was typed or scanned.
 * @throws ENROL_CODE_MISSING, ENROL_HUB_MISSING, ENROL_LINK_REFUSED, HUB_ADDRESS_WRONG for a --hub that is not an address
 */
function askedBy(line: string, hub: string | null): { readonly hub: string; readonly code: string } {
  if (line === '') throw enrolCodeMissing({})
  if (!line.toLowerCase().startsWith(`${LINK_SCHEME}:`)) {
    if (hub === null) throw enrolHubMissing({})
    return { hub, code: line }
  }
  const asked = readEnrolLink(line)
  if (asked === null) throw enrolLinkRefused({ why: 'it is not an enrolment of a till at an https address' })
  if (hub !== null && !URL.canParse('/enrol', hub)) throw hubAddressWrong({ url: hub })
  const isAnother = hub !== null && new URL(hub).origin !== new URL(asked.hub).origin
  if (isAnother) throw enrolLinkRefused({ why: `it is for ${asked.hub}, and --hub says ${hub}` })
  return asked
}

/** The code is never an argument, because every user of this PC can read those. */
async function readCode(terminal: Terminal): Promise<string> {
  if (process.stdin.isTTY) terminal.err('Type the code, or scan the square one: ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line.trim()
  return ''
}
