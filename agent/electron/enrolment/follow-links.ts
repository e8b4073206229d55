import { type EnrolmentAsked, readEnrolLink } from '../../enrolment/enrol-link.ts'
import type { DesktopWords } from '../desktop.messages.ts'

/** A question in the system's own window: whether its first button was pressed. */
export type AskUser = (asked: { title: string; text: string; yes: string; no: string }) => Promise<boolean>

/**
 * Follows an enrolment link. Any web page can make one, so the user is asked first, with the address in plain sight; and a
 * service is enrolled by IT, never by a link.
 */
export function followLinks(parts: {
  words: DesktopWords
  mode: 'service' | 'standalone'
  ask: AskUser
  tell(sentence: string): void
  enrol(asked: EnrolmentAsked): Promise<void>
}): (link: string) => Promise<void> {
  const { words: t } = parts
  return async link => {
    const asked = readEnrolLink(link)
    if (asked === null) return parts.tell(t.linkUnreadable)
    const { host, origin } = new URL(asked.hub)
    if (parts.mode === 'service') return parts.tell(t.enrolService(origin))
    const isWanted = await parts.ask({
      title: t.confirmTitle,
      text: t.confirm(host),
      yes: t.enrol,
      no: t.cancel,
    })
    if (isWanted) await parts.enrol(asked)
  }
}
