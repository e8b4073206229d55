import { resolve } from 'node:path'
import type { Command } from 'commander'
import { answers, command, exitCodes, someWords, writeNamed } from '../../shared/command-line.ts'
import { FINDING_SIGNS, findingText, summaryOf } from '../../shared/findings.ts'
import { supportBundle } from '../doctor/support-bundle.ts'
import { type CommandParts, type Data, fileNamed, folderOption } from './command-parts.ts'
import { thisMachine } from './this-machine.ts'

/** `doctor`: looks at all that this till needs, tests it, and says in plain words what is wrong and what to do. */
export function doctorCommand(parts: CommandParts): Command {
  const { terminal } = parts
  const of = command(
    'doctor',
    'find and test ports, scanners, printers, the POS and the hub; exit code 1 when something is wrong',
  )
    .option('--scan-network', 'also ask every address of this PC’s networks for a printer on port 9100')
    .option(...folderOption)
    .addHelpText('after', `\nMarks: ${FINDING_SIGNS}`)
  return answers<Data & { scanNetwork?: boolean }>(
    of,
    terminal,
    async ({ data, json, scanNetwork = false }) => {
      const { examine } = await import('./examine.ts')
      if (json !== true) terminal.out(`${FINDING_SIGNS}\n`)
      const { findings } = await examine(parts, { folder: data, scanNetwork }, finding => {
        if (json !== true) terminal.out(`${findingText(finding)}\n`)
      })
      const summary = summaryOf(findings)
      const isWrong = findings.some(({ verdict }) => verdict === 'wrong')
      return {
        json: { findings, summary },
        text: summary,
        exitCode: isWrong ? exitCodes.failed : exitCodes.ok,
      }
    },
  )
}

/** `export`: one file for support, without secrets, receipts or customers. */
export function exportCommand(parts: CommandParts): Command {
  const { terminal, world, version } = parts
  const of = command('export', 'write a support bundle: version, settings, findings, figures; no secrets')
    .option('--out <file>', 'where to write it; left out: tillbridge-support.json', someWords)
    .option(...folderOption)
  return answers<Data & { out?: string }>(of, terminal, async ({ data, out: named }) => {
    const out = named === undefined ? resolve('tillbridge-support.json') : fileNamed(named)
    const { examine } = await import('./examine.ts')
    const { findings, running } = await examine(parts, { folder: data, scanNetwork: false }, () => {})
    const bundle = await supportBundle(world, {
      folder: data,
      version,
      machine: thisMachine(),
      findings,
      state: running,
      readsAll: true,
    })
    writeNamed(out, path => world.files.writePrivate(path, `${JSON.stringify(bundle, null, 2)}\n`))
    return {
      json: { file: out, findings: findings.length },
      text: `${out} holds the support bundle. Look through it before you send it.`,
    }
  })
}
