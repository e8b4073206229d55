import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { reservePort } from '../reserved-port.ts'
import { nodeWords } from './child.ts'

test('two processes never reserve the same port, and a server can listen on each', async () => {
  const [command = '', ...args] = nodeWords(new URL('reserve-ports.child.ts', import.meta.url))
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = once(createInterface({ input: child.stdout }), 'line')
  const ports: number[] = []
  for (let i = 0; i < 200; i += 1) ports.push(await reservePort())
  const [line] = z.tuple([z.string()]).parse(await said)
  const all = [...ports, ...z.array(z.number()).parse(JSON.parse(line))]
  for (let i = 0; i < 50; i += 1) all.push(await reservePort()) // while the child still has its own
  child.stdin.end()
  expect(new Set(all).size).toBe(450)
  for (const port of ports.slice(0, 20)) {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})
