import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { defineRoute, requestMalformed } from '../route.ts'

export const ReleasePath = z.object({ version: z.string().max(32), name: z.string().max(128).default('') })

/** What a device brings instead of an account; empty when it brings nothing. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  return /^Bearer (\S{1,300})$/.exec(headers.authorization ?? '')?.[1] ?? ''
}

/** A file of a release, whole or from a byte on, for a device that it was offered to. */
export const releaseFileRoute = defineRoute({
  method: 'GET',
  path: '/release/:version/file/:name',
  role: 'anyone',
  ownPageOnly: false,
  schema: z.null(),
  async handler({ downloads }, { request, reply }) {
    const { range } = request.headers
    const first = range === undefined ? '0' : /^bytes=(\d{1,12})-$/.exec(range)?.[1]
    if (first === undefined) throw requestMalformed({ why: 'its range is not "bytes=N-"' })
    const from = Number(first)
    const file = await downloads.file({
      ...ReleasePath.parse(request.params),
      from,
      token: bearerOf(request),
    })
    if (file === null) return reply.callNotFound()
    const { size, bytes } = file
    if (from > 0) void reply.code(206).header('content-range', `bytes ${from}-${size - 1}/${size}`)
    void reply.type('application/octet-stream').header('content-length', Math.max(0, size - from))
    return reply.send(bytes)
  },
})
