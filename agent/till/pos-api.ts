import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { PosInlet } from '../sources/http/http-source.ts'
import { idempotencyKeyMissing, posSourceClosed } from '../sources/http/problems.ts'
import { originWrong } from './access.ts'
import { drawSecret, same } from './secrets.ts'

export const posTokenWrong = defineError(
  'POS_TOKEN_WRONG',
  () =>
    'The token is missing or wrong. Send "Authorization: Bearer" with the content of the file pos-token in the agent’s data folder.',
)

/** The token that the POS's own program sends; drawn once, readable by the agent's user alone. */
export function posToken(world: Pick<World, 'files' | 'random'>, path: string): string {
  const known = world.files.readText(path)?.trim() ?? ''
  if (known.length >= 32) return known
  const drawn = drawSecret(world.random)
  world.files.writePrivate(path, `${drawn}\n`)
  return drawn
}

const Params = z.object({ source: z.string().max(64), receipt: z.string().min(1).max(255).optional() })
const Key = z.string().trim().min(1).max(200)

/**
 * Where a POS that can call out posts its sales: `POST /pos/<source>/sales`, and takes one back:
 * `DELETE /pos/<source>/sales/<receipt>`. Both want the token and an Idempotency-Key, and answer once all is durable.
 * A browser's page is refused whatever it sends.
 */
export function addPosDoor(app: FastifyInstance, parts: { inlet: PosInlet; token: string }): void {
  const demand = ({ headers }: FastifyRequest): string => {
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) throw originWrong({})
    const given = /^Bearer ([\w-]{1,200})$/i.exec(headers.authorization ?? '')?.[1] ?? ''
    if (!same(given, parts.token)) throw posTokenWrong({})
    const key = Key.safeParse(headers['idempotency-key'])
    if (!key.success) throw idempotencyKeyMissing({}, key.error)
    return key.data
  }
  const named = (request: FastifyRequest) => {
    const params = Params.safeParse(request.params)
    if (!params.success) throw posSourceClosed({ source: '' })
    return params.data
  }
  app.post('/pos/:source/sales', { bodyLimit: 1024 * 1024 }, async request => {
    const key = demand(request)
    const { source } = named(request)
    return parts.inlet.post(source, key, request.body)
  })
  app.delete('/pos/:source/sales/:receipt', async request => {
    const key = demand(request)
    const { source, receipt = '' } = named(request)
    return parts.inlet.takeBack(source, key, receipt)
  })
}
