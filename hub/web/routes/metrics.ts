import { z } from 'zod'
import { defineRoute } from '../route.ts'

/** The hub's figures for Prometheus. */
export const metrics = defineRoute({
  method: 'GET',
  path: '/metrics',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler(context, { reply }) {
    reply.type(context.metrics.contentType)
    return context.metrics.text()
  },
})
