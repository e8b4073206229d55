import { defineError } from '../../shared/errors.ts'
import type { HttpPort, World } from '../../shared/world.ts'

export const tillPortTaken = defineError(
  'TILL_PORT_TAKEN',
  (f: { port: number }) =>
    `Port ${f.port} on this PC is in use. Stop what uses it, or set another till port.`,
)

export const tillPortForbidden = defineError(
  'TILL_PORT_FORBIDDEN',
  (f: { port: number }) =>
    `The agent may not use port ${f.port} on this PC. Set another till port, above 1023: "till": { "port": 7420 } in agent.json.`,
)

const LOOPBACK = '127.0.0.1'

/** A port that only this PC reaches. @throws TILL_PORT_TAKEN, TILL_PORT_FORBIDDEN */
export async function openTillPort(world: Pick<World, 'sockets'>, port: number): Promise<HttpPort> {
  try {
    return await world.sockets.listen({ host: LOOPBACK, port, webSockets: null })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code === 'EADDRINUSE') throw tillPortTaken({ port }, cause)
    if (code === 'EACCES') throw tillPortForbidden({ port }, cause) // Windows says so of ports that it has set aside
    throw cause
  }
}
