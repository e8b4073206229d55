/**
 * Refreshes the sandbox's Admin schema: `npm run schema:update -- 2026-10`.
 *
 * Shopify publishes the introspection result inside an npm package. We take that one file and leave the
 * package's three hundred dependencies where they are.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

const schemaPackage = '@shopify/dev-mcp@1.16.0'

const version = process.argv[2]
if (version === undefined || !/^\d{4}-\d{2}$/.test(version)) {
  console.error('Say which Admin API version, for example: npm run schema:update -- 2026-10')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'admin-schema-'))
try {
  const packed = execFileSync('npm', ['pack', schemaPackage, '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
  }).trim()
  const inside = `package/dist/data/admin_${version}.json.gz`
  execFileSync('tar', ['xzf', join(folder, packed), '-C', folder, inside])
  const { data } = JSON.parse(gunzipSync(readFileSync(join(folder, inside))).toString()) as { data: unknown }
  const target = new URL(`./admin-${version}.json.gz`, import.meta.url)
  const compact = gzipSync(JSON.stringify(withoutDescriptions(data)), { level: 9 })
  writeFileSync(target, compact)
  console.log(`Wrote ${target.pathname} (${compact.length} bytes) from ${schemaPackage}.`)
} finally {
  rmSync(folder, { recursive: true })
}

/** Descriptions are 60 % of the file and nothing executes them. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === 'description' ? [] : [[key, withoutDescriptions(inner)]],
    ),
  )
}
