import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Sbom = z.looseObject({
  components: z.array(
    z.looseObject({
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.literal('SHA-512'), content: z.hex().length(128) })).optional(),
      licenses: z.array(z.unknown()).min(1).optional(),
    }),
  ),
})

/** The list of what a package is made of. */
export const readSbom = (file: string) => Sbom.parse(JSON.parse(readFileSync(file, 'utf8')))

/** How such a list names an installed npm package. */
export function packageUrl(manifest: unknown): string {
  const { name, version } = z.object({ name: z.string(), version: z.string() }).parse(manifest)
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}
