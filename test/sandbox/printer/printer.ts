import { createServer, type Socket } from 'node:net'

/** What a pretend printer says of itself when it is asked. */
export interface PaperState {
  paper: 'enough' | 'low' | 'out'
  cover: 'closed' | 'open'
}

export interface PretendPrinter extends AsyncDisposable {
  readonly port: number
  readonly state: PaperState
  /** All bytes of each connection so far, oldest connection first. */
  readonly jobs: readonly Buffer[]
}

const DLE = 0x10
const EOT = 0x04

/**
 * A receipt printer on TCP as Epson's are: takes bytes, prints nothing, and answers DLE EOT 1 to 4 with the bits of
 * Epson's reference (fixed bits 1 and 4 set).
 */
export async function openPretendPrinter(
  port: number,
  printed: (job: Buffer) => void = () => {},
): Promise<PretendPrinter> {
  const state: PaperState = { paper: 'enough', cover: 'closed' }
  const jobs: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    const index = jobs.push(Buffer.alloc(0)) - 1
    let last = -1
    let before = -1
    socket.on('data', bytes => {
      jobs[index] = Buffer.concat([jobs[index] ?? Buffer.alloc(0), bytes])
      for (const byte of bytes) {
        if (before === DLE && last === EOT && byte >= 1 && byte <= 4) socket.write(answer(byte, state))
        before = last
        last = byte
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      printed(jobs[index] ?? Buffer.alloc(0))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    state,
    jobs,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Epson's ESC/POS reference, DLE EOT: 1 printer, 2 offline cause, 3 error cause, 4 paper sensors. */
function answer(kind: number, { paper, cover }: PaperState): Uint8Array {
  const fixed = 0b0001_0010
  const isOffline = paper === 'out' || cover === 'open'
  if (kind === 1) return Uint8Array.of(fixed | (isOffline ? 0b1000 : 0))
  if (kind === 2)
    return Uint8Array.of(fixed | (cover === 'open' ? 0b0100 : 0) | (paper === 'out' ? 0b0010_0000 : 0))
  if (kind === 3) return Uint8Array.of(fixed)
  const nearEnd = paper === 'enough' ? 0 : 0b0000_1100
  return Uint8Array.of(fixed | nearEnd | (paper === 'out' ? 0b0110_0000 : 0))
}
