import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { Log } from '../../shared/world.ts'
import { EnrolmentAsked } from '../enrolment/enrol-link.ts'
import { type ChannelName, channelOf } from './channel-names.ts'
import { isLocalPage } from './window/local-page.ts'

/** What the app's own page may ask for, and with what. The till page asks for nothing: it has its agent. */
const asked = {
  'start-agent': z.undefined(),
  enrol: EnrolmentAsked,
} as const satisfies Record<ChannelName, z.ZodType>

export type PageAsks = {
  readonly [Name in ChannelName]: (body: z.infer<(typeof asked)[Name]>) => Promise<string | null>
}

/** What a page gets back: words to show, or null when what it shows next says it all. */
export interface ChannelAnswer {
  readonly words: string | null
}

/** How pages' calls come in (part of Electron's ipcMain). `senderFrame`: null once the frame has gone. */
export interface PageCalls {
  handle(
    channel: string,
    run: (
      event: { readonly senderFrame: { readonly url: string } | null },
      body: unknown,
    ) => Promise<ChannelAnswer>,
  ): void
}

/** Serves the channels to the app's own page alone, each with a body of exactly its shape. */
export function serveChannels(calls: PageCalls, handlers: PageAsks, log: Log): void {
  const serve = <Name extends ChannelName>(name: Name) =>
    calls.handle(channelOf(name), async ({ senderFrame }, body) => {
      if (senderFrame === null || !isLocalPage(senderFrame.url)) {
        log.warn({ channel: name }, 'a page that may not has called the app')
        return { words: null }
      }
      try {
        return { words: await handlers[name](asked[name].parse(body) as never) }
      } catch (error) {
        log.warn({ error, channel: name }, 'what a page asked for failed')
        return { words: error instanceof z.ZodError ? z.prettifyError(error) : describeError(error).sentence }
      }
    })
  serve('start-agent')
  serve('enrol')
}
