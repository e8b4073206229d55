import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'

const codecs = [...globSync('agent/codecs/*/').sort(), 'shared/card-numbers']
const fenced = (text: string, language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1]

/** Its page has no example yet. */
const withoutExample: readonly string[] = ['poslog']

describe('each codec has a README', () => {
  test.each(codecs)('%s, whose example prints what it says', folder => {
    const text = readFileSync(`${folder}/README.md`, 'utf8')
    const example = fenced(text, 'js')
    if (withoutExample.includes(basename(folder))) return expect(example).toBeUndefined()
    const node = ['--no-warnings', '--input-type=module', '--eval', example ?? '']
    expect(execFileSync(process.execPath, node, { cwd: folder, encoding: 'utf8' })).toBe(fenced(text, 'text'))
  })

  test.each(codecs)('%s, which names every file of its folder', folder => {
    const text = readFileSync(`${folder}/README.md`, 'utf8')
    const files = globSync('*.ts', { cwd: folder })
    expect(files.filter(file => !text.includes(`\`${file}\``))).toEqual([])
  })
})
