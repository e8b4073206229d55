import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { vi } from 'vitest'
import { reservePort } from '../reserved-port.ts'
import type { PosServer } from './pos-server.ts'

/** Whether this machine has MariaDB; tests that need it skip and say so. */
export const hasMariaDb = spawnSync('mariadbd', ['--version']).status === 0
export const withoutMariaDb = hasMariaDb ? '' : ' (skipped: no mariadbd; apt install mariadb-server-core)'

const NOBODY = 65_534

/** A MariaDB server of its own, with the user `tillbridge` that may read what a test grants. */
export async function startMariaDb(flags: readonly string[] = []): Promise<PosServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tillbridge-maria-'))
  const data = join(folder, 'data')
  const port = await reservePort()
  const isRoot = process.getuid?.() === 0
  if (isRoot) chmodSync(folder, 0o777)
  const asUser = isRoot ? ['--user=nobody'] : []
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      ...asUser,
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { stdio: 'ignore' },
  )
  let child: ChildProcess | null = null
  const start = async (): Promise<void> => {
    const args = [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${join(folder, 's')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--pid-file=${join(folder, 'pid')}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-method=nosync',
      '--innodb-doublewrite=0',
      ...flags,
    ]
    child = spawn('mariadbd', args, { stdio: 'ignore', ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}) })
    await untilItAnswers(port, child)
  }
  const stop = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  await start()
  const admin = await connect(port)
  await admin.query(`CREATE USER tillbridge@'%' IDENTIFIED BY 'till-secret'`)
  await admin.end()
  return {
    product: 'mysql',
    port,
    async createDatabase(name) {
      const connection = await connect(port)
      connection.on('error', () => undefined) // a test that stops the server says what it expects
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8`)
      await connection.query(`USE ${name}`)
      return {
        async run(sql, params = []) {
          const [rows] = await connection.query(sql, [...params])
          return Array.isArray(rows) ? rows : []
        },
        async [Symbol.asyncDispose]() {
          connection.destroy()
        },
      }
    },
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const connect = (port: number) =>
  mysql.createConnection({ host: '127.0.0.1', port, user: 'root', multipleStatements: true })

/** It takes connections a moment after its process has started. */
async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  const ask = async () => {
    if (child.exitCode !== null) return
    const connection = await connect(port)
    await connection.end()
  }
  await vi.waitFor(ask, { timeout: 600_000, interval: 20 })
  if (child.exitCode !== null) throw new Error(`mariadbd ended with exit code ${child.exitCode}`)
}
