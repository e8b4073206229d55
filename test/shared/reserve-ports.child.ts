import { reservePort } from '../reserved-port.ts'

/** Reserves ports, prints them as JSON, and keeps them until its input ends. */
const ports: number[] = []
for (let i = 0; i < 200; i += 1) ports.push(await reservePort())
console.log(JSON.stringify(ports))
process.stdin.resume()
