import type { Live } from '../../../shared/ui/live.ts'
import type { StateLook } from '../../../shared/ui/theme.ts'
import type { TillState } from '../../till/api-schema.ts'
import type { stateMessages } from './state.messages.ts'

type Words = (typeof stateMessages)['en']

/**
 * The till's state as one sentence, the worst first. Being offline is amber and never red: work goes on. It is
 * computed from what the stream still owes, so that it can't say "up to date" while something waits.
 */
export function stateSentence(
  state: TillState,
  live: Live,
  t: Words,
  clock: (at: number) => string,
): { look: StateLook; sentence: string } {
  if (live.state === 'lost') return { look: 'wrong', sentence: t.lost(clock(live.since)) }
  if (state.keepsNothing) return { look: 'wrong', sentence: t.keepsNothing }
  if (state.diskFull) return { look: 'wrong', sentence: t.diskFull }
  if (state.link === 'refused') return { look: 'wrong', sentence: refused(state, t) }
  if (state.customersHiddenAfterHours !== null)
    return { look: 'caution', sentence: t.customersHidden(state.customersHiddenAfterHours) }
  const silent = state.sources.find(source => source.state === 'unavailable')
  if (silent !== undefined) return { look: 'wrong', sentence: silentSource(silent, t) }
  if (state.link === 'offline') return { look: 'caution', sentence: offline(state, t, clock(state.since)) }
  if (state.settingsProblem !== null && state.sources.length === 0)
    return { look: 'wrong', sentence: t.settingsNoSales(state.settingsProblem) }
  if (state.settingsProblem !== null)
    return { look: 'caution', sentence: t.settingsProblem(state.settingsProblem) }
  if (state.damagedAt !== null) return { look: 'caution', sentence: t.damaged(clock(state.damagedAt)) }
  const closed = state.writeBacks.find(each => each.state === 'unavailable' && each.waiting > 0)
  if (closed !== undefined)
    return { look: 'caution', sentence: t.posClosed(closed.target, closed.waiting, closed.problem ?? '') }
  const refusing = state.writeBacks.find(each => each.refused + each.givenUp > 0)
  if (refusing !== undefined)
    return { look: 'caution', sentence: t.posRefuses(refusing.target, refusing.refused + refusing.givenUp) }
  const [kept] = state.kept
  if (kept !== undefined) return { look: 'caution', sentence: t.kept(kept.store, kept.records) }
  if (state.unreadCommands > 0) return { look: 'caution', sentence: t.unreadCommands(state.unreadCommands) }
  if (state.link === 'connecting') {
    const sentence = state.unsentSales > 0 ? t.connectingSales(state.unsentSales) : t.connecting
    return { look: 'waiting', sentence }
  }
  if (state.unsentSales > 0) return { look: 'waiting', sentence: t.sendingSales(state.unsentSales) }
  if (state.unsent > 0) return { look: 'waiting', sentence: t.sendingChanges(state.unsent) }
  return { look: 'done', sentence: t.upToDate }
}

function refused({ problem, problemCode }: TillState, t: Words): string {
  if (problemCode === 'DEVICE_REVOKED') return t.revoked
  if (problemCode === 'DEVICE_QUARANTINED') return t.quarantined
  if (problemCode === 'HUB_UNPROVEN') return t.hubUnproven
  if (problemCode === 'HUB_ADDRESS_UNSAFE') return t.hubAddressUnsafe
  return problem ?? t.refused
}

function silentSource(silent: TillState['sources'][number], t: Words): string {
  if (silent.problem === null) return t.sourceUnavailablePlain(silent.source)
  return t.sourceUnavailable(silent.source, silent.problem)
}

/** With the reason where it is known: then waiting alone does not help. */
function offline(state: TillState, t: Words, since: string): string {
  const sentence = offlineSince(state, t, since)
  if (state.problemCode === 'HUB_CERTIFICATE_REFUSED') return `${sentence}. ${t.offlineCertificate}`
  if (state.problemCode?.startsWith('HUB_PROXY_') === true) return `${sentence}. ${t.offlineProxy}`
  if (state.problemCode === 'HUB_IS_OTHER') return `${sentence}. ${t.offlineOther}`
  return sentence
}

function offlineSince(state: TillState, t: Words, since: string): string {
  if (state.unsentSales > 0) return t.offlineSales(since, state.unsentSales)
  return state.unsent > 0 ? t.offlineChanges(since, state.unsent) : t.offline(since)
}
