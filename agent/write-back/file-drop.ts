import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import { dropText } from './drop-text.ts'
import type { WriteBackJob } from './job.ts'
import { posWriteUnavailable } from './problems.ts'
import { defineTarget, type OpenTarget, type TargetParts } from './target.ts'

const Settings = z.strictObject({
  /** The POS takes files from here. It must exist: a share that is not mounted must not become a folder of its own. */
  folder: z.string().min(1),
  format: z.enum(['json', 'csv', 'xml']).default('json'),
})

/** Our own folder within: no POS looks into it, and a rename stays within one file system. */
const OWN_FOLDER = '.tillbridge'
const CLAIMS_KEPT_MS = 400 * 24 * 3_600_000

/**
 * A file for each thing, in a folder that the POS takes files from. It appears whole and once, though the POS may take
 * it away at any time: it is written and made durable in our own folder, claimed for this agent by a file that only one
 * can create, and then renamed into the POS's. Killed in between, the agent finds its claim: the file still in our
 * folder is renamed, one that is gone from there has been.
 */
export const fileDrop = defineTarget({
  kind: 'file-drop',
  settings: Settings,
  async open({ folder, format }, parts): Promise<OpenTarget> {
    const own = join(folder, OWN_FOLDER)
    guarded(parts, () => {
      if (!parts.dropFiles.isFolder(folder)) throw notThere(parts, folder)
      parts.dropFiles.ensureFolder(own)
      dropOldClaims(parts, own)
    })
    return {
      async write(job) {
        guarded(parts, () => {
          if (!parts.dropFiles.isFolder(folder)) throw notThere(parts, folder)
          drop(parts, { folder, own, format }, job)
        })
      },
      async close() {},
    }
  },
})

interface Place {
  readonly folder: string
  readonly own: string
  readonly format: 'json' | 'csv' | 'xml'
}

function drop(
  { dropFiles, device }: Pick<TargetParts, 'dropFiles' | 'device'>,
  { folder, own, format }: Place,
  job: WriteBackJob,
): void {
  const name = `${nameOf(job.externalId)}.${format}`
  const claim = `${nameOf(job.externalId)}.claim`
  const stagedBy = (agent: string): string => `${nameOf(agent)}-${name}`
  if (dropFiles.read(own, claim) === null) {
    dropFiles.write(own, stagedBy(device), dropText(job, format))
    dropFiles.create(own, claim, device)
  }
  const claimedBy = dropFiles.read(own, claim) ?? device
  if (claimedBy !== device) dropFiles.remove(own, stagedBy(device))
  dropFiles.move(own, folder, stagedBy(claimedBy), name) // the first agent moves it; if it is gone from there, it has been moved
}

/** The external id as a file's name on any system; a hash keeps two that look alike apart. */
export function nameOf(externalId: string): string {
  const plain = externalId.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100)
  return `${plain}-${createHash('sha256').update(externalId).digest('hex').slice(0, 12)}`
}

function dropOldClaims({ dropFiles, clock }: TargetParts, own: string): void {
  const before = clock.now() - CLAIMS_KEPT_MS
  for (const { name, changed } of dropFiles.list(own))
    if (changed < before && name.endsWith('.claim')) dropFiles.remove(own, name)
}

const notThere = ({ target }: TargetParts, folder: string) =>
  posWriteUnavailable({ target, reason: `there is no folder ${folder}` })

function guarded(parts: TargetParts, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (posWriteUnavailable.is(error)) throw error
    throw posWriteUnavailable({ target: parts.target, reason: describeError(error).sentence }, error)
  }
}
