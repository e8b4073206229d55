import type { World } from '../../../shared/world.ts'
import { agentPaths } from '../../config.ts'
import { readDeviceFile, writeDeviceFile } from '../../enrolment/device-file.ts'
import { enrolRefused, enrolTill, hubUnreachable } from '../../enrolment/enrol.ts'
import { EnrolmentAsked } from '../../enrolment/enrol-link.ts'
import { hubAddressUnsafe } from '../../enrolment/hub-address.ts'
import { leaveByProxy } from '../../hub-proxy.ts'
import { forgetOwnSettings, readOwnSettings } from '../../own-settings.ts'
import type { DesktopWords } from '../desktop.messages.ts'
import type { KeptSecret } from '../kept-secret.ts'

export interface EnrolmentHere {
  isEnrolled(): boolean
  /** Enrols the standalone agent. Resolves with what to tell the user; null: it is enrolled now. */
  enrol(asked: EnrolmentAsked): Promise<string | null>
  /** Takes up an enrolment that waited for head office to be reachable. */
  takeUp(): Promise<string | null>
}

/** Whether the code itself is of no more use, or the address must not be used. Anything else may be over at the next try. */
const isFinal = (error: unknown) => enrolRefused.is(error) || hubAddressUnsafe.is(error)

/**
 * Enrols the till of a standalone agent, which is this app's own. While head office can't be reached the code waits in
 * the system's store of secrets, or nowhere.
 */
export function enrolmentHere(parts: {
  world: Pick<World, 'files' | 'sockets' | 'random' | 'clock' | 'timers' | 'log'>
  folder: string
  words: DesktopWords
  kept: KeptSecret
}): EnrolmentHere {
  const { world, words: t, kept } = parts
  const { device } = agentPaths(parts.folder)

  async function enrol(asked: EnrolmentAsked): Promise<string | null> {
    if (readDeviceFile(world.files, device) !== null) return t.alreadyEnrolled
    try {
      leaveByProxy(world, readOwnSettings({ world, folder: parts.folder }).config)
      const file = await enrolTill(world, asked.hub, asked.code, null)
      world.files.ensureFolder(parts.folder)
      forgetOwnSettings({ world, folder: parts.folder })
      writeDeviceFile(world.files, device, file)
      kept.forget()
      return null
    } catch (error) {
      if (isFinal(error)) {
        kept.forget()
        throw error
      }
      const isKept = kept.keep(JSON.stringify(asked))
      if (!hubUnreachable.is(error)) throw error // its sentence says what to do; the next start takes the code up
      if (isKept) return t.codeKept
      return kept.protection() === 'basic-text' ? `${t.codeNotKept} ${t.basicText}` : t.codeNotKept
    }
  }
  return {
    isEnrolled: () => readDeviceFile(world.files, device) !== null,
    enrol,
    async takeUp() {
      const waiting = kept.read()
      return waiting === null ? null : enrol(EnrolmentAsked.parse(JSON.parse(waiting)))
    },
  }
}
