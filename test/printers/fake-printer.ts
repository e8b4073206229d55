import { createServer, type Socket } from 'node:net'

export interface FakePrinter extends AsyncDisposable {
  readonly port: number
  /** All that it was sent, over all connections. */
  received(): Buffer
  connections(): number
  open(): Socket[]
  /** Switches it off and on again, on the same port. */
  off(): Promise<void>
  on(): Promise<void>
  /** Bits that are set in its answers to DLE EOT 1 to 4 and GS r 1. */
  readonly bits: { state: number; cover: number; errors: number; paper: number }
  mode: 'answers' | 'silent' | 'stalled' | 'dies-after-100' | 'echo' | 'holds-jobs'
  /** Called for each connection. */
  connected: (socket: Socket) => void
}

/** A printer on a real socket: it answers DLE EOT in real time and GS r in turn, or misbehaves as told. */
export async function fakePrinter(): Promise<FakePrinter> {
  let sockets: Socket[] = []
  let chunks: Buffer[] = []
  let connections = 0
  let server = listener()
  let port = 0

  function listener() {
    return createServer({ allowHalfOpen: true, noDelay: true }, socket => {
      connections += 1
      sockets.push(socket)
      socket.on('close', () => {
        sockets = sockets.filter(other => other !== socket)
      })
      socket.on('error', () => {}) // the test looks at what came
      socket.on('end', () => socket.end())
      if (printer.mode === 'stalled') socket.pause()
      printer.connected(socket)
      let matched = ''
      let got = 0
      socket.on('data', bytes => {
        chunks.push(bytes)
        got += bytes.length
        if (printer.mode === 'dies-after-100' && got >= 100) socket.resetAndDestroy()
        if (printer.mode === 'echo') socket.write(bytes)
        if (printer.mode === 'answers' || printer.mode === 'holds-jobs')
          for (const byte of bytes) {
            matched = (matched + String.fromCharCode(byte)).slice(-3)
            const answer = answerTo(matched)
            if (answer !== null) socket.write(Uint8Array.of(answer))
          }
      })
    })
  }
  function answerTo(command: string): number | null {
    const { state, cover, errors, paper } = printer.bits
    if (command === '\x10\x04\x01') return 0x12 | state
    if (command === '\x10\x04\x02') return 0x12 | cover
    if (command === '\x10\x04\x03') return 0x12 | errors
    if (command === '\x10\x04\x04') return 0x12 | paper
    if (command === '\x1dr\x01') return printer.mode === 'holds-jobs' ? null : 0x00
    return null
  }
  function start(at: number): Promise<void> {
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, '127.0.0.1', () => {
        const address = server.address()
        port = typeof address === 'object' && address !== null ? address.port : 0
        resolve()
      })
    })
  }
  async function off(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }

  const printer: FakePrinter = {
    get port() {
      return port
    },
    received: () => Buffer.concat(chunks),
    connections: () => connections,
    open: () => sockets,
    off,
    async on() {
      server = listener()
      await start(port)
    },
    bits: { state: 0, cover: 0, errors: 0, paper: 0 },
    mode: 'answers',
    connected() {},
    [Symbol.asyncDispose]: off,
  }
  await start(0)
  chunks = []
  return printer
}
