import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { buildDesktop } from './build.ts'

/** `npm run desktop`: the desktop app from the checkout, where Electron's binary is. */
await buildDesktop()
const program = electronProgram()
if (program === null) {
  process.stderr.write(
    'Electron’s program is not on this machine, and npm does not bring it. Get it with: npx install-electron, or name the folder of one in ELECTRON_OVERRIDE_DIST_PATH.\n',
  )
  process.exitCode = 1
} else {
  const child = spawn(program, ['dist/desktop', ...process.argv.slice(2)], { stdio: 'inherit' })
  child.on('exit', code => {
    process.exitCode = code ?? 1
  })
}

/** The path of Electron's program; null where it was never downloaded. */
function electronProgram(): string | null {
  try {
    const found: unknown = createRequire(import.meta.url)('electron')
    return typeof found === 'string' ? found : null
  } catch {
    return null
  }
}
