import { defineError } from '../../shared/errors.ts'
import type { HttpPort, World } from '../../shared/world.ts'

export const tillPortTaken = defineError(
  'TILL_PORT_TAKEN',
  (f: { port: number }) =>
    `Port ${f.port} on this PC is in use. Stop what uses it, or set another till port.`,
)

const LOOPBACK = '127.0.0.1'

/** A port that only this PC reaches. @throws TILL_PORT_TAKEN */
export async function openTillPort(world: Pick<World, 'sockets'>, port: number): Promise<HttpPort> {
  try {
    return await world.sockets.listen({ host: LOOPBACK, port, webSockets: null })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw tillPortTaken({ port }, cause)
    throw cause
  }
}
