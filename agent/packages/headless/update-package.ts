import { createReadStream, createWriteStream, globSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { archiveEnd, entryHeader, entryPadding } from '../../updates/archive.ts'

/**
 * Packs a laid agent as an update: what the agent unpacks beside the version that runs. What the manifest has to say of it is
 * written beside it.
 * @param home the laid agent
 * @returns the package's file
 */
export async function packUpdate(
  home: string,
  of: {
    readonly to: string
    readonly version: string
    readonly platform: string
    readonly journal: number
    readonly level?: number
  },
): Promise<string> {
  const { version, platform, journal } = of
  const file = join(of.to, `tillbridge-agent-${version}-${platform}.update.tgz`)
  rmSync(file, { force: true })
  await pipeline(
    Readable.from(archiveOf(home)),
    createGzip({ level: of.level ?? 9 }),
    createWriteStream(file),
  )
  writeFileSync(`${file}.json`, `${JSON.stringify({ version, journal })}\n`)
  return file
}

async function* archiveOf(home: string): AsyncGenerator<Buffer> {
  const files = globSync('**/*', { cwd: home }).filter(path => statSync(join(home, path)).isFile())
  for (const path of files.sort()) {
    const { size } = statSync(join(home, path))
    const unix = path.replaceAll('\\', '/')
    yield entryHeader({ path: unix, isProgram: /^node(\.exe)?$|^shawl\.exe$/.test(unix) }, size)
    for await (const piece of createReadStream(join(home, path))) yield Buffer.from(piece)
    yield entryPadding(size)
  }
  yield archiveEnd
}
