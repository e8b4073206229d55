import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AfterPackContext, Arch } from 'electron-builder'
import { importedPackages, packageFolders } from './needed-packages.ts'
import { writeSbom } from './sbom.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** electron-builder calls this for each system that it has packed the desktop app for; the list lies beside what it makes of it. */
export function afterPack({ outDir, electronPlatformName, arch, packager }: AfterPackContext): void {
  const code = globSync('dist/desktop/*.{mjs,cjs}', { cwd: root }).map(path =>
    readFileSync(join(root, path), 'utf8'),
  )
  writeSbom(
    join(outDir, `tillbridge-desktop-${electronPlatformName}-${Arch[arch]}.cdx.json`),
    'tillbridge-desktop',
    {
      folders: packageFolders(importedPackages(code.join('\n')), root),
      runtimes: { electron: packager.info.framework.version },
    },
  )
}
