import type { Argument, Command, Option } from 'commander'
import { agentProgram } from '../../agent/commands/index.ts'
import { hubProgram } from '../../hub/commands/index.ts'
import { runCommandLine } from '../../shared/command-line.ts'
import { manualWorld } from '../manual-world.ts'

/** Both command lines, built as `cli.ts` builds them, on a world without clock and a terminal that records. */
export function programs() {
  let out = ''
  let err = ''
  const terminal = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
  }
  const parts = { terminal, world: manualWorld(), version: '0.0.0', pages: 'dist' }
  const made = { agent: agentProgram(parts), hub: hubProgram(parts) } as const
  return {
    ...made,
    /** Runs one command line within this process. */
    async run(program: keyof typeof made, args: readonly string[]) {
      out = ''
      err = ''
      const code = await runCommandLine(made[program], args, terminal)
      return { code, out, err }
    },
  }
}

/** One command that does something, with the words that lead to it: `store add`. */
export interface Verb {
  readonly words: string
  readonly description: string
  readonly arguments: readonly Argument[]
  readonly options: readonly Option[]
}

/** Every command of a program that has no commands below it. */
export function verbsOf(program: Command, before: readonly string[] = []): Verb[] {
  return program.commands.flatMap(of => {
    const words = [...before, of.name()]
    if (of.commands.length > 0) return verbsOf(of, words)
    return [
      {
        words: words.join(' '),
        description: of.description(),
        arguments: of.registeredArguments,
        options: of.options,
      },
    ]
  })
}
