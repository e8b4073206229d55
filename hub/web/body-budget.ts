import type { FastifyInstance, FastifyRequest } from 'fastify'
import { defineError } from '../../shared/errors.ts'
import type { Callers } from './callers.ts'

/** Bytes of requests' bodies that the hub takes in at a time, of all callers and of one. */
const MOST_BYTES = 64 * 1024 * 1024
const MOST_OF_ONE = 16 * 1024 * 1024

export const bodiesBusy = defineError(
  'BODIES_BUSY',
  () => 'The hub is taking in as much as it can at the moment. Try again in a few seconds.',
)

/**
 * Bounds the memory that bodies under way take, before they are read: a body counts with the size that it announces, or
 * else with the most that its route takes, until its request has been answered or its connection has ended.
 */
export function limitBodies(app: FastifyInstance, callers: Callers): void {
  let all = 0
  const byCaller = new Map<string, number>()
  app.addHook('onRequest', async (request, reply) => {
    const bytes = announced(request)
    if (bytes === 0) return
    const caller = callers.of({ peer: request.raw.socket.remoteAddress ?? '', headers: request.headers })
    const own = (byCaller.get(caller) ?? 0) + bytes
    if (all + bytes > MOST_BYTES || own > MOST_OF_ONE) throw bodiesBusy({})
    all += bytes
    byCaller.set(caller, own)
    reply.raw.once('close', () => {
      all -= bytes
      const left = (byCaller.get(caller) ?? bytes) - bytes
      if (left === 0) byCaller.delete(caller)
      else byCaller.set(caller, left)
    })
  })
}

/** What a body may take in memory; one that announces more than its route takes is refused without being read. */
function announced({ headers, routeOptions, server }: FastifyRequest): number {
  const limit = routeOptions.bodyLimit ?? server.initialConfig.bodyLimit ?? 0
  if (headers['transfer-encoding'] !== undefined) return limit
  const length = Number(headers['content-length'] ?? 0)
  return length >= 0 && length <= limit ? length : 0
}
