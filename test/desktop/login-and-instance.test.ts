import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loginStart } from '../../agent/electron/login-start.ts'
import { keepSingleInstance } from '../../agent/electron/single-instance.ts'
import { serviceStarts, startService } from '../../agent/electron/start-service.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const { files } = manualWorld()

function login(platform: string, folder: string, program = '/opt/Tillbridge/tillbridge') {
  const set: unknown[] = []
  const app = {
    getLoginItemSettings: () => ({ openAtLogin: true }),
    setLoginItemSettings: (settings: object) => void set.push(settings),
  }
  return { set, login: loginStart({ platform, app, files, configFolder: folder, program }) }
}

test('on Linux a file in the user’s autostart folder starts the app hidden at log-in', () => {
  using folder = temporaryFolder()
  const { login: start, set } = login('linux', folder.path)
  const entry = () => files.readText(join(folder.path, 'autostart/tillbridge.desktop'))
  expect(start.isOn()).toBe(false)
  start.set(true)
  expect([start.isOn(), set]).toEqual([true, []])
  expect(entry()).toContain('Exec="/opt/Tillbridge/tillbridge" --hidden\n')
  start.set(false)
  expect([start.isOn(), entry()]).toEqual([false, null])
})

test('a program’s path drives nothing in that file', () => {
  using folder = temporaryFolder()
  login('linux', folder.path, '/home/a "b" $(x) 100%/till').login.set(true)
  expect(files.readText(join(folder.path, 'autostart/tillbridge.desktop'))).toContain(
    'Exec="/home/a \\"b\\" \\$(x) 100%%/till" --hidden',
  )
})

test.each(['win32', 'darwin'])('on %s the system’s own list does', platform => {
  using folder = temporaryFolder()
  const { login: start, set } = login(platform, folder.path)
  start.set(true)
  expect(set).toEqual([{ openAtLogin: true, args: ['--hidden'] }])
  expect(start.isOn()).toBe(true)
})

test('a second start hands its arguments to the first and ends', () => {
  const app = new EventEmitter()
  const again: (readonly string[])[] = []
  const lock = (isFirst: boolean) =>
    keepSingleInstance(Object.assign(app, { requestSingleInstanceLock: () => isFirst }), argv =>
      again.push(argv),
    )
  expect(lock(true)).toBe(true)
  app.emit('second-instance', {}, ['tillbridge', 'tillbridge://enrol'])
  expect(again).toEqual([['tillbridge', 'tillbridge://enrol']])
  app.removeAllListeners()
  expect(lock(false)).toBe(false)
  expect(app.listenerCount('second-instance')).toBe(0)
})

test('the system is asked to start the service, and what it says otherwise is passed on', async () => {
  const run: unknown[] = []
  for (const platform of Object.keys(serviceStarts))
    await startService(platform, async (program, args) => run.push([program, ...args]))
  expect(run).toEqual([
    ['systemctl', 'start', 'tillbridge-agent.service'],
    ['sc.exe', 'start', 'TillbridgeAgent'],
    ['launchctl', 'kickstart', 'system/com.tillbridge.agent'],
  ])
  const refusing = startService('linux', () => Promise.reject(new Error('Access denied')))
  await expect(refusing).rejects.toThrow('The system did not start the Tillbridge service (Access denied).')
  await expect(startService('aix', async () => 0)).rejects.toMatchObject({ code: 'SERVICE_NOT_STARTED' })
})
