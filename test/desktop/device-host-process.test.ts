import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { FromHost } from '../../agent/peripherals/host/protocol.ts'

/** Electron's first message to a utility process, with the line to the agent; here the test's own end is this process's stdin and stdout. */
const PORT = `
import { EventEmitter } from 'node:events'
import { createInterface } from 'node:readline'
const line = Object.assign(new EventEmitter(), {
  postMessage: message => process.stdout.write(JSON.stringify(message) + '\\n'),
  start() {
    const lines = createInterface({ input: process.stdin })
    lines.on('line', text => line.emit('message', { data: JSON.parse(text) }))
    lines.on('close', () => line.emit('close'))
  },
})
process.parentPort = new EventEmitter()
setImmediate(() => process.parentPort.emit('message', { data: { kind: 'parent' }, ports: [line] }))
`

test('a standalone agent’s device host speaks over the line that it is given, and ends with it', async () => {
  const host = spawn(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(PORT)}`,
      'agent/electron/standalone/device-host-process.ts',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(host, 'exit')
  const lines = createInterface({ input: host.stdout })
  const answered = once(lines, 'line')
  host.stdin.write(`${JSON.stringify({ is: 'ping' })}\n`)
  const first = String(await Promise.race([answered, ended.then(() => '"it ended"')]))
  expect(FromHost.parse(JSON.parse(first))).toEqual({ is: 'pong' })
  host.stdin.end()
  expect(await ended).toEqual([null, 'SIGKILL'])
})
