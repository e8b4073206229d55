import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { z } from 'zod'
import { importedPackages, packageFolders } from '../needed-packages.ts'
import type { PackageContents } from '../sbom.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const ours = (path: string) => join(root, 'agent/packages', path)

/** Where the agent lies on a Linux till. */
export const HOME = 'usr/lib/tillbridge-agent'

const Installed = z.object({ version: z.string() })

/** For which machine a package is. */
export interface Target {
  readonly platform: 'linux' | 'win32' | 'darwin'
  readonly arch: 'x64' | 'arm64'
}

/**
 * The agent alone, as it runs anywhere: its bundles, the till page, the packages that they import, Node, and the keys whose
 * updates it installs.
 * @param keys the file of these keys; left out: the hub can't update it
 * @returns what it is made of, beside our own code
 */
export async function layAgent(
  home: string,
  target: Target,
  keys = process.env['TILLBRIDGE_RELEASE_KEYS'],
): Promise<PackageContents> {
  await bundleAgent(join(home, 'bin'))
  cpSync(join(root, 'dist/till'), join(home, 'dist/till'), { recursive: true })
  const code = globSync(join(home, 'bin/*.mjs')).map(file => readFileSync(file, 'utf8'))
  const folders = packageFolders(importedPackages(code.join('\n')), root)
  for (const folder of folders)
    cpSync(folder, join(home, relative(root, folder)), {
      recursive: true,
      filter: path => isShipped(relative(folder, path), target),
    })
  const { platform, arch } = target
  const node = platform === 'win32' ? 'node.exe' : 'node'
  const nodePackage = join(root, `node_modules/node-${platform === 'win32' ? 'win' : platform}-${arch}`)
  cpSync(join(nodePackage, 'bin', node), join(home, node))
  if (keys !== undefined) cpSync(keys, join(home, 'release-keys.txt'))
  const { version } = Installed.parse(JSON.parse(readFileSync(join(nodePackage, 'package.json'), 'utf8')))
  return { folders, runtimes: { node: version } }
}

/** The agent on a Linux till: with its service, its rules for devices and its command. */
export async function layLinux(tree: string, arch: Target['arch']): Promise<PackageContents> {
  const contents = await layAgent(join(tree, HOME), { platform: 'linux', arch })
  const put = (from: string, to: string) => {
    mkdirSync(dirname(join(tree, to)), { recursive: true })
    cpSync(ours(from), join(tree, to))
  }
  put('headless/tillbridge-agent.sh', 'usr/bin/tillbridge-agent')
  put('headless/README', 'usr/share/doc/tillbridge-agent/README')
  put('systemd/tillbridge-agent.service', 'usr/lib/systemd/system/tillbridge-agent.service')
  put('udev/70-tillbridge-agent.rules', 'usr/lib/udev/rules.d/70-tillbridge-agent.rules')
  put('deb/default', 'etc/default/tillbridge-agent')
  setModes(tree)
  return contents
}

/** Every user may read the program, and only root may change it, whatever the umask of the machine that builds. */
function setModes(tree: string): void {
  const programs = [join(tree, 'usr/bin/tillbridge-agent'), join(tree, HOME, 'node')]
  for (const path of globSync(join(tree, '**')))
    chmodSync(path, statSync(path).isDirectory() || programs.includes(path) ? 0o755 : 0o644)
}

/** Bundles the command line and the device host as `npm pack` does, without the hub. */
async function bundleAgent(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: true,
      rolldownOptions: {
        input: {
          'tillbridge-agent': join(root, 'agent/cli.mjs'),
          'tillbridge-device-host': join(root, 'agent/peripherals/host/host-process.ts'),
        },
        external: [/^[^./]/],
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
}

/** Without sources, what native parts are compiled from, and native parts of other machines. */
function isShipped(path: string, { platform, arch }: Target): boolean {
  const unix = path.replaceAll('\\', '/')
  if (/(^|\/)(node_modules(\/|$)|\.)/.test(unix)) return false // nested ones are packages of their own; no hidden files
  if (/(^|\/)(tests?|__tests__|examples?|benchmarks?|docs)\//.test(unix)) return false
  if (/\.(md|map|ts|mts|cts|gyp|gypi|c|cc|cpp|h|hpp)$/.test(unix)) return false
  const built = /(?:^|\/)prebuilds\/([^/]+)/.exec(unix)?.[1]
  return built === undefined || (built.startsWith(`${platform}-${arch}`) && !unix.includes('.musl.'))
}
