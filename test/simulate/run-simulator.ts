import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How Node starts the simulator fast: its code compiled once, and room for objects that live for one step only. */
export const simulatorNode = {
  flags: ['--max-semi-space-size=64'],
  env: { NODE_COMPILE_CACHE: join(tmpdir(), 'tillbridge-compiled'), ...process.env },
} as const

/** Runs the simulator in a process of its own, so that nothing but the seed decides what happens in it. Gives its lines. */
export function runSimulator(...options: string[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const { flags, env } = simulatorNode
    const command = [...flags, 'test/simulate/main.ts', '--json', '--again', ...options]
    const child = spawn(process.execPath, command, { env })
    let [out, problems] = ['', '']
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString()
    })
    child.stderr.on('data', (piece: Buffer) => {
      problems += piece.toString()
    })
    child.on('close', () => {
      if (problems !== '') return reject(new Error(problems))
      resolve(
        out
          .trim()
          .split('\n')
          .filter(line => line !== '') // nothing is known to go wrong
          .map(line => JSON.parse(line)),
      )
    })
  })
}
