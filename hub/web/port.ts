import { defineError } from '../../shared/errors.ts'
import { limits } from '../../shared/protocol.ts'
import type { HttpPort, World } from '../../shared/world.ts'

export const portTaken = defineError(
  'PORT_TAKEN',
  (f: { host: string; port: number }) =>
    `Port ${f.port} on ${f.host} is in use. Stop the program that uses it, or choose another port with --port.`,
)

/**
 * Listens on the hub's port. Requests that arrive before `serve` wait for it.
 * @param port 0: any free port
 * @throws PORT_TAKEN
 */
export async function openPort(world: Pick<World, 'sockets'>, host: string, port: number): Promise<HttpPort> {
  const webSockets = { maxPayload: limits.frameBytes, maxFragments: 64 }
  try {
    return await world.sockets.listen({ host, port, webSockets })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw portTaken({ host, port }, cause)
    throw cause
  }
}
