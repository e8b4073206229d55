import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import chromiumPackage from '../node_modules/@sparticuz/chromium/package.json' with { type: 'json' }

/** The only place that launches a browser. */

// Inside node_modules, so that `npm ci` removes it and another user's /tmp/chromium is never taken for ours.
const cache = fileURLToPath(new URL('../node_modules/.cache/tillbridge/', import.meta.url))
const unpacked = join(cache, `chromium-${chromiumPackage.version}`)

// The package's own names /tmp/fonts. Without any font Chromium ends at the first text. The machine's own fonts are left
// out, so that texts are as wide everywhere.
const fontConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(unpacked, 'fonts')}</dir>
  <cachedir>${join(unpacked, 'font-cache')}</cachedir>
</fontconfig>
`

/**
 * Starts Chromium: the one that TILLBRIDGE_CHROMIUM names, on Linux x64 the one from npm, elsewhere an installed
 * Chrome. The npm one brings its own libraries and fonts, so that a bare machine will do.
 */
export async function launchChromium(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
  const named = process.env['TILLBRIDGE_CHROMIUM']
  if (named !== undefined) return chromium.launch({ executablePath: named, args })
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ channel: 'chrome', args })
  await unpack()
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
    FONTCONFIG_FILE: join(unpacked, 'ours.conf'),
  }
  return chromium.launch({ executablePath: join(unpacked, 'chromium'), args, env })
}

/** Unpacks once a machine. Each worker that finds nothing unpacks for itself; the first to finish wins. */
async function unpack(): Promise<void> {
  if (existsSync(unpacked)) return
  mkdirSync(dirname(unpacked), { recursive: true })
  const own = mkdtempSync(join(cache, 'unpacking-'))
  const restore = setEnvironment({ TMPDIR: own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' })
  try {
    // It reads the variables when it is imported, and unpacks into TMPDIR.
    const packed = await import('@sparticuz/chromium')
    await packed.default.executablePath()
    writeFileSync(join(own, 'ours.conf'), fontConfig)
    renameSync(own, unpacked)
  } catch (error) {
    if (!existsSync(unpacked)) throw error
  } finally {
    restore()
    rmSync(own, { recursive: true, force: true })
  }
}

function setEnvironment(wanted: Readonly<Record<string, string>>): () => void {
  const names = [...Object.keys(wanted), 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME']
  const before = names.map(name => [name, process.env[name]] as const)
  Object.assign(process.env, wanted)
  return () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
  }
}
