import { Transform } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { defineError } from '../../shared/errors.ts'
import type { Callers } from './callers.ts'

/** Bytes of requests' bodies that the hub takes in at a time, of all callers and of one. */
const LIMITS = { all: 64 * 1024 * 1024, ofOne: 16 * 1024 * 1024 }

export const bodiesBusy = defineError(
  'BODIES_BUSY',
  () => 'The hub is taking in as much as it can at the moment. Try again in a few seconds.',
)

/** The room that one request's body takes. */
interface BodyRoom {
  /** Counts bytes that arrived. False: this body has no room; its request is refused. */
  grow(bytes: number): boolean
  /** All of it is here: it no longer gives way to others. */
  arrived(): void
  /** Its request was answered, or its connection ended. */
  end(): void
}

/** Bounds the memory that bodies take by what has arrived of them: an announced size costs a stranger nothing. */
export interface BodyBudget {
  /** @param refuse called once when this body has to give way to others: its request is refused */
  begin(caller: string, refuse: () => void): BodyRoom
}

interface Body {
  readonly caller: string
  readonly refuse: () => void
  bytes: number
}

/**
 * When all room is taken, the caller who takes most gives way with its largest body that is still arriving: no one fills
 * the room for those who send little.
 */
export function openBodyBudget(limits: { all: number; ofOne: number }): BodyBudget {
  const byCaller = new Map<string, number>()
  const arriving = new Set<Body>()
  let all = 0

  function count(body: Body, bytes: number): void {
    all += bytes
    body.bytes += bytes
    const own = (byCaller.get(body.caller) ?? 0) + bytes
    if (own === 0) byCaller.delete(body.caller)
    else byCaller.set(body.caller, own)
  }
  function end(body: Body): void {
    arriving.delete(body)
    count(body, -body.bytes)
  }
  function largest(): Body | undefined {
    const own = ({ caller }: Body) => byCaller.get(caller) ?? 0
    let found: Body | undefined
    for (const body of arriving) {
      const more = found === undefined ? 1 : own(body) - own(found) || body.bytes - found.bytes
      if (more > 0) found = body
    }
    return found
  }
  return {
    begin(caller, refuse) {
      const body: Body = { caller, refuse, bytes: 0 }
      arriving.add(body)
      return {
        grow(bytes) {
          if (!arriving.has(body)) return false
          count(body, bytes)
          if ((byCaller.get(caller) ?? 0) > limits.ofOne) end(body)
          while (all > limits.all) {
            const other = largest()
            if (other === undefined) break
            end(other)
            if (other !== body) other.refuse()
          }
          return arriving.has(body)
        },
        arrived: () => void arriving.delete(body),
        end: () => end(body),
      }
    },
  }
}

/** Bounds the memory that bodies under way take, see {@link openBodyBudget}. */
export function limitBodies(app: FastifyInstance, callers: Callers): void {
  const budget = openBodyBudget(LIMITS)
  app.addHook('preParsing', async (request, reply, payload) => {
    const { headers } = request
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return payload
    const caller = callers.of({ peer: request.raw.socket.remoteAddress ?? '', headers })
    const room = budget.begin(caller, () => counted.destroy(bodiesBusy({})))
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) =>
        room.grow(chunk.length) ? done(null, chunk) : done(bodiesBusy({})),
      flush(done) {
        room.arrived()
        done()
      },
    })
    reply.raw.once('close', room.end)
    // a body that no route reads has no one else who hears of it
    counted.on('error', () => payload.unpipe(counted))
    payload.once('error', error => counted.destroy(error))
    return payload.pipe(counted)
  })
}
