import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { DeviceId } from '../../shared/ids.ts'
import type { Files } from '../../shared/world.ts'

/** What this agent is: kept in one file that only its user can read. The private key never leaves it. */
const Identity = z.strictObject({
  device: DeviceId,
  hub: z.object({
    id: z.string(),
    url: z.url(),
    /** The hub's public key (SPKI DER, base64url); left out until a hub that has one was met. */
    key: z.string().optional(),
  }),
  store: z.string(),
  storeName: z.string(),
  till: z.string(),
  zone: z.string(),
  /** Ed25519, PKCS #8 DER, base64url. */
  privateKey: z.string(),
  /** The newest epoch of its events; left out: the first. It outlives the journal. */
  epoch: z.int().min(1).optional(),
  /** Agent clock, ms: when it was enrolled; left out: by a version that did not note it. */
  enrolledAt: z.int().optional(),
})
const DeviceFile = Identity.extend({
  /** What this PC was enrolled as before, oldest first: unsent records of another store are handed over as that device. */
  former: z.array(Identity).optional(),
})
export type Identity = z.infer<typeof Identity>
export type DeviceFile = z.infer<typeof DeviceFile>

export const deviceFileUnreadable = defineError(
  'DEVICE_FILE_UNREADABLE',
  (f: { path: string }) =>
    `${f.path} is damaged. Enrol this till again with a new code and --again; sales already read stay safe.`,
)

/** Null when this agent was never enrolled. @throws DEVICE_FILE_UNREADABLE */
export function readDeviceFile(files: Files, path: string): DeviceFile | null {
  const text = files.readText(path)
  if (text === null) return null
  try {
    return DeviceFile.parse(JSON.parse(text))
  } catch (cause) {
    throw deviceFileUnreadable({ path }, cause)
  }
}

/** The most former identities that are kept. */
const MOST_FORMER = 10

/** Writes the device file. The identity that it replaces is kept in it as a former one. */
export function writeDeviceFile(files: Files, path: string, file: DeviceFile): void {
  const former = formerOf(files, path, file)
  files.writePrivate(path, `${JSON.stringify(former.length === 0 ? file : { ...file, former }, null, 2)}\n`)
}

function formerOf(files: Files, path: string, file: DeviceFile): readonly Identity[] {
  let before: DeviceFile | null
  try {
    before = readDeviceFile(files, path)
  } catch (error) {
    if (deviceFileUnreadable.is(error)) return file.former ?? []
    throw error
  }
  if (before === null || before.device === file.device) return file.former ?? before?.former ?? []
  const { former = [], ...identity } = before
  return [...former, identity]
    .filter(({ device }) => device !== file.device)
    .slice(-MOST_FORMER)
    .map(each => withKeyOf(file, each))
}

/** Enrolling again at a hub is how a till learns a key that the one before does not vouch for: its former devices too. */
function withKeyOf({ hub }: Pick<Identity, 'hub'>, former: Identity): Identity {
  if (former.hub.id !== hub.id || hub.key === undefined) return former
  return { ...former, hub: { ...former.hub, key: hub.key } }
}
