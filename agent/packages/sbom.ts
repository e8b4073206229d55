import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import parseExpression from 'spdx-expression-parse'
import { z } from 'zod'
import packageJson from '../../package.json' with { type: 'json' }

/** What a package of the agent or of the desktop app is made of, beside our own code. */
export interface PackageContents {
  /** Folders of the npm packages that lie in it. */
  readonly folders: readonly string[]
  /** The programs that run it, such as Node or Electron, with their versions. */
  readonly runtimes: Readonly<Record<string, string>>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

const Named = z.looseObject({ name: z.string(), version: z.string() })
const Bundled = z.array(z.object({ name: z.string(), version: z.string(), identifier: z.string().nullish() }))
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
})

const { FromNodePackageJson, License } = Contrib
const builder = new FromNodePackageJson.Builders.ComponentBuilder(
  new FromNodePackageJson.Factories.ExternalReferenceFactory(),
  new License.Factories.LicenseFactory(parseExpression),
)

/**
 * Writes the list of what a package is made of, as CycloneDX 1.6 in JSON: security teams compare this with lists of known faults.
 * The same contents give the same bytes.
 * @param name the package, as its users know it
 * @param page licenses.json of the till page's bundle: what that is made of lies in no folder of its own any more
 */
export function writeSbom(
  file: string,
  name: string,
  { folders, runtimes }: PackageContents,
  page = join(root, 'dist/till/licenses.json'),
): void {
  const bom = new Models.Bom()
  const whole = new Models.Component(Enums.ComponentType.Application, name, { version: packageJson.version })
  whole.bomRef.value = `${name}@${packageJson.version}`
  bom.metadata.component = whole
  const hashes = lockedHashes()
  const installed = folders.map(folder => readJson(join(folder, 'package.json')))
  const bundled = Bundled.parse(readJson(page)).map(({ identifier, ...named }) => ({
    ...named,
    license: identifier ?? undefined,
  }))
  const parts = new Map<string, Models.Component>()
  for (const manifest of [...bundled, ...installed]) {
    const part = npmPart(manifest, hashes)
    parts.set(part.purl ?? '', part)
  }
  for (const part of [...parts.values(), ...Object.entries(runtimes).map(runtimePart)]) {
    bom.components.add(part)
    whole.dependencies.add(part.bomRef)
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6))
  writeFileSync(file, `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`)
}

function npmPart(manifest: unknown, hashes: ReadonlyMap<string, string>): Models.Component {
  const named = Named.parse(manifest)
  const part = builder.makeComponent(named)
  if (part === undefined) throw new TypeError(`a package has no usable name: ${named.name}`)
  part.purl = `pkg:npm/${named.name.replace('@', '%40')}@${named.version}`
  part.bomRef.value = part.purl
  const sha512 = hashes.get(`${named.name}@${named.version}`)
  if (sha512 !== undefined) part.hashes.set(Enums.HashAlgorithm['SHA-512'], sha512)
  return part
}

function runtimePart([name, version]: readonly [string, string]): Models.Component {
  const part = new Models.Component(Enums.ComponentType.Platform, name, { version })
  part.purl = `pkg:generic/${name}@${version}`
  part.bomRef.value = part.purl
  return part
}

/** The SHA-512, in hex, of each locked package's archive, by `name@version`. */
function lockedHashes(): ReadonlyMap<string, string> {
  const { packages } = Lock.parse(readJson(join(root, 'package-lock.json')))
  return new Map(
    Object.entries(packages).flatMap(([path, { version, integrity }]) => {
      const sha512 = /^sha512-(\S+)/.exec(integrity ?? '')?.[1]
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return sha512 === undefined
        ? []
        : [[`${name}@${version}`, Buffer.from(sha512, 'base64').toString('hex')]]
    }),
  )
}
