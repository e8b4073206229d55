import type { DeskView } from '../../till/api-schema.ts'
import type { DesktopWords } from '../desktop.messages.ts'

/** How the icon looks: `attention` for what a person has to look at. */
export type TrayLook = 'calm' | 'attention'

/**
 * The till's state in a few words, for the icon beside the clock. The till page has the whole sentence; this says whether
 * to look at it.
 * @param view null: the agent does not answer
 */
export function stateWords(view: DeskView | null, t: DesktopWords): { look: TrayLook; sentence: string } {
  if (view === null) return { look: 'attention', sentence: t.agentStopped }
  const { state } = view
  const isWrong =
    state.link === 'refused' ||
    state.keepsNothing ||
    state.diskFull ||
    state.sources.some(source => source.state === 'unavailable')
  if (isWrong) return { look: 'attention', sentence: t.attention }
  if (state.link === 'offline') return { look: 'calm', sentence: t.offline(state.unsentSales) }
  if (state.link === 'connecting') return { look: 'calm', sentence: t.connecting }
  return { look: 'calm', sentence: state.unsent > 0 ? t.sending(state.unsentSales) : t.upToDate }
}
