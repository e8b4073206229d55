import { hash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { defineError } from '../../../shared/errors.ts'
import { defineRoute } from '../route.ts'

export const metricsClosed = defineError(
  'METRICS_CLOSED',
  () =>
    'The figures are for this machine only. To read them from elsewhere, name a token file in hub.json (metrics.tokenFile) and send it as "Authorization: Bearer".',
)

/** The hub's figures for Prometheus: for programs on this machine, and for who brings the token. */
export const metrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { request, reply }) {
    const { socket, headers } = request
    const isLocal = context.callers.isLocal({ peer: socket.remoteAddress ?? '', headers })
    if (!isLocal && !bringsToken(headers.authorization, context.metricsToken())) throw metricsClosed({})
    reply.type(context.metrics.contentType)
    return context.metrics.text()
  },
})

function bringsToken(authorization: string | undefined, token: string | null): boolean {
  const given = /^Bearer (\S{1,500})$/i.exec(authorization ?? '')?.[1] ?? ''
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return token !== null && timingSafeEqual(digest(given), digest(token))
}
