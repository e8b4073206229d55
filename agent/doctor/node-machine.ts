import { statfsSync } from 'node:fs'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { MachineHost } from './machine-figures.ts'

const HANDSHAKE_MS = 10_000

/** This PC. */
export const nodeMachine: MachineHost = {
  disk(folder) {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  },
  certificate(url) {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    return new Promise(resolve => {
      // it is only looked at, and nothing is sent: one that is not trusted has an end as well
      const socket = connect({
        host,
        port: url.port === '' ? 443 : Number(url.port),
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: false,
        timeout: HANDSHAKE_MS,
      })
      const end = (found: { readonly from: number; readonly ends: number } | null) => {
        socket.destroy()
        resolve(found)
      }
      socket.once('secureConnect', () => {
        const shown = socket.getPeerX509Certificate()
        const name = isIP(host) === 0 ? shown?.checkHost(host) : shown?.checkIP(host)
        if (shown === undefined || name === undefined) return end(null) // another name: a portal's or a router's
        const { validFromDate, validToDate } = shown
        end({ from: Math.max(0, validFromDate.getTime()), ends: Math.max(0, validToDate.getTime()) })
      })
      socket.once('timeout', () => end(null))
      socket.once('error', () => end(null))
      socket.once('close', () => end(null))
    })
  },
}
