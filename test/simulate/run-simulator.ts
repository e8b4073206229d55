import { spawn } from 'node:child_process'

/** Runs the simulator in a process of its own, so that nothing but the seed decides what happens in it. Gives its lines. */
export function runSimulator(...options: string[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['test/simulate/main.ts', '--json', '--again', ...options])
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
          .map(line => JSON.parse(line)),
      )
    })
  })
}
