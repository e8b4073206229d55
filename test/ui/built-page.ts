import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'

export type App = 'agent' | 'hub'

/** What the servers send with every page; the built pages must work under it. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:"

/** The folder of one app's page, as test/build-pages.ts built it from the sources before the first test. */
export function builtPage(app: App): string {
  return fileURLToPath(new URL(`../../dist/${app === 'agent' ? 'till' : 'hub'}`, import.meta.url))
}

/** Live streams of a canned server: `send` reaches every page that listens, `drop` breaks the connections. */
export interface LiveStreams {
  readonly send: (message: unknown) => void
  readonly drop: () => void
  /** Beats once, as a server that is alive does every few seconds. */
  readonly beat: () => void
  /** How many pages listen. */
  readonly listeners: () => number
}

/** Answers GET /api/live with a stream of server-sent events. */
export function serveLive(server: FastifyInstance, allowed: () => boolean): LiveStreams {
  const open = new Set<FastifyReply>()
  server.get('/api/live', (request, reply) => {
    if (!allowed()) return reply.code(401).send({ code: 'NOT_LOGGED_IN', sentence: 'Log in.' })
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    reply.raw.write(': open\n\n')
    open.add(reply)
    request.raw.on('close', () => open.delete(reply))
    return reply
  })
  const drop = () => {
    for (const reply of open) reply.raw.destroy()
    open.clear()
  }
  return {
    send: message => {
      for (const reply of open) reply.raw.write(`data: ${JSON.stringify(message)}\n\n`)
    },
    drop,
    beat: () => {
      for (const reply of open) reply.raw.write('event: beat\ndata:\n\n')
    },
    listeners: () => open.size,
  }
}

/** A server of a built page on a free port; `routes` adds the API's canned answers. */
export async function servePage(
  folder: string,
  routes: (server: FastifyInstance) => void,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true })
  server.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy)
  })
  await server.register(fastifyStatic, { root: folder })
  routes(server)
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { url: `${url}/`, close: () => server.close() }
}
