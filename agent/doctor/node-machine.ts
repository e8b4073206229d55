import type { X509Certificate } from 'node:crypto'
import { statfsSync } from 'node:fs'
import type { Agent } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'
import { connect, TLSSocket } from 'node:tls'
import { proxyAgent } from '../../shared/node-proxy.ts'
import type { MachineHost } from './machine-figures.ts'

type Validity = Awaited<ReturnType<MachineHost['certificate']>>

const HANDSHAKE_MS = 10_000

/** This PC. */
export const nodeMachine: MachineHost = {
  disk(folder) {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  },
  certificate(url) {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const agent = proxyAgent(url)
    if (agent !== undefined) return certificateThrough(agent, url, host)
    return new Promise(resolve => {
      // it is only looked at, and nothing is sent: one that is not trusted has an end as well
      const socket = connect({
        host,
        port: url.port === '' ? 443 : Number(url.port),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: false,
        timeout: HANDSHAKE_MS,
      })
      const end = (found: Validity) => {
        socket.destroy()
        resolve(found)
      }
      socket.once('secureConnect', () => end(validityOf(socket.getPeerX509Certificate(), host)))
      socket.once('timeout', () => end(null))
      socket.once('error', () => end(null))
      socket.once('close', () => end(null))
    })
  },
}

function validityOf(shown: X509Certificate | undefined, host: string): Validity {
  const name = isIP(host) === 0 ? shown?.checkHost(host) : shown?.checkIP(host)
  if (shown === undefined || name === undefined) return null // another name: a portal's or a router's
  const { validFromDate, validToDate } = shown
  return { from: Math.max(0, validFromDate.getTime()), ends: Math.max(0, validToDate.getTime()) }
}

/** As above through a proxy: a request that is begun for its connection, and never sent. */
function certificateThrough(agent: Agent, url: URL, host: string): Promise<Validity> {
  return new Promise(resolve => {
    const asking = request(url, { agent, rejectUnauthorized: false, timeout: HANDSHAKE_MS })
    const end = (found: Validity) => {
      asking.destroy()
      resolve(found)
    }
    asking.once('socket', socket => {
      if (!(socket instanceof TLSSocket)) return end(null)
      const shown = socket.getPeerX509Certificate() // Node gives it once
      if (shown !== undefined) end(validityOf(shown, host))
      else socket.once('secureConnect', () => end(validityOf(socket.getPeerX509Certificate(), host)))
    })
    asking.once('timeout', () => end(null))
    asking.once('error', () => end(null))
    asking.once('close', () => end(null))
  })
}
