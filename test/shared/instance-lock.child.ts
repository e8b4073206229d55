import { writeSync } from 'node:fs'
import { holdInstance } from '../../shared/instance-lock.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'

/** Holds a lock until it is killed. */
const [path = ''] = process.argv.slice(2)
const { files } = nodeWorld({ log: quietLog })
const lock = holdInstance(files, { path, pid: process.pid, refusal: pid => new Error(`held by ${pid}`) })
writeSync(1, 'held')
setInterval(() => lock, 1_000) // a lock that nothing refers to is collected, and free
