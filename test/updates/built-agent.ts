import { existsSync, globSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { journalForm } from '../../agent/agent-journal.ts'
import { layAgent } from '../../agent/packages/headless/lay-tree.ts'
import { packUpdate } from '../../agent/packages/headless/update-package.ts'
import packageJson from '../../package.json' with { type: 'json' }

const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
export const platform = `linux-${arch}`

/** Lays the agent as its package does, once, with keys whose releases it installs. Its Node is this one. */
export async function layBuiltAgent(folder: string, keys: readonly string[]): Promise<string> {
  const home = join(folder, 'agent-built')
  writeFileSync(join(folder, 'keys.txt'), `# made for a test\n${keys.join('\n')}\n`)
  await layAgent(home, { platform: 'linux', arch }, join(folder, 'keys.txt'))
  rmSync(join(home, 'node')) // 120 MB that would be packed and unpacked for each version; this Node runs instead
  return home
}

/** The same program as another version: its files are linked but for those that say which version it is. */
export function asVersion(
  built: string,
  version: string,
  to: string,
  change: (code: string) => string = code => code,
): string {
  for (const path of globSync('**/*', { cwd: built, withFileTypes: true })) {
    if (!path.isFile()) continue
    const from = join(path.parentPath, path.name)
    const target = join(to, relative(built, from))
    mkdirSync(dirname(target), { recursive: true })
    const isOwn = target.endsWith('.mjs') && relative(built, from).startsWith('bin')
    if (!isOwn) linkSync(from, target)
    else
      writeFileSync(
        target,
        change(
          readFileSync(from, 'utf8')
            .replaceAll(`"${packageJson.version}"`, `"${version}"`)
            .replaceAll(`\`${packageJson.version}\``, `\`${version}\``),
        ),
      )
  }
  return to
}

export async function packVersion(
  home: string,
  version: string,
  to: string,
  journal = journalForm(),
): Promise<string> {
  if (!existsSync(to)) mkdirSync(to, { recursive: true })
  return packUpdate(home, { to, version, platform, journal, level: 1 })
}
