import type { Files } from '../../shared/world.ts'

/**
 * The public keys whose releases this program installs, as its package holds them: one a line, `#` begins a comment. None
 * when the package was built without.
 */
export function readReleaseKeys(files: Pick<Files, 'readText'>, path: string): readonly string[] {
  return (files.readText(path) ?? '')
    .split('\n')
    .map(line => line.replace(/#.*/, '').trim())
    .filter(line => line !== '')
}
