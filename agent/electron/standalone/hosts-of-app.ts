import type { HostLink, LaunchHost } from '../../peripherals/host/host-link.ts'
import { type FromAgent, ToAgent } from './process-messages.ts'

/** A line to a sibling process (Electron's MessagePortMain). */
export interface LinePort {
  on(event: 'message', run: (event: { readonly data: unknown }) => void): unknown
  postMessage(message: unknown): void
  start(): void
}

/** The line to the app that started this process (Electron's process.parentPort). */
export interface AppPort<Port> {
  on(
    event: 'message',
    run: (event: { readonly data: unknown; readonly ports: readonly Port[] }) => void,
  ): unknown
  postMessage(message: FromAgent): void
}

interface Awaited {
  launched(port: LinePort): void
  ended(why: string): void
}

/**
 * Device hosts for an agent that is itself a utility process: it can't start processes, so the app starts each and passes
 * the line to it. What is sent before the line is there waits for it.
 */
export function hostsOfApp(app: AppPort<LinePort>): LaunchHost {
  const hosts = new Map<number, Awaited>()
  let newest = 0
  app.on('message', ({ data, ports }) => {
    const message = ToAgent.parse(data)
    if (message.kind === 'stop') return
    const host = hosts.get(message.host)
    const [port] = ports
    if (message.kind === 'host-launched' && port !== undefined) host?.launched(port)
    if (message.kind !== 'host-ended') return
    hosts.delete(message.host)
    host?.ended(message.why)
  })
  return () => {
    newest += 1
    const id = newest
    const { link, awaited } = hostOfApp(() => app.postMessage({ kind: 'kill-host', host: id }))
    hosts.set(id, awaited)
    app.postMessage({ kind: 'launch-host', host: id })
    return link
  }
}

function hostOfApp(kill: () => void): { link: HostLink; awaited: Awaited } {
  const waiting: unknown[] = []
  let line: LinePort | null = null
  let handlers: Parameters<HostLink['listen']>[0] | null = null
  return {
    link: {
      send(message) {
        if (line === null) waiting.push(message)
        else line.postMessage(message)
      },
      kill,
      listen(given) {
        handlers = given
      },
    },
    awaited: {
      launched(port) {
        line = port
        port.on('message', ({ data }) => handlers?.message(data))
        port.start()
        for (const message of waiting.splice(0)) port.postMessage(message)
      },
      ended: why => handlers?.ended(why),
    },
  }
}
