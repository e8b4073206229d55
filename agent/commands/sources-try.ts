import { basename, dirname } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Files } from '../../shared/world.ts'
import { AgentConfig, agentPaths, readAgentJson } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import { sourcesThatShare } from '../source-names.ts'
import { databaseKinds } from '../sources/kinds.ts'
import { sqliteSignature } from '../sources/sql/sqlite-engine.ts'
import type { FileToTry } from '../tools/source-try/file-to-try.ts'
import type { SourceProposal } from '../tools/source-try/proposal.ts'
import { proposeSource } from '../tools/source-try/propose.ts'
import { proposeDatabase } from '../tools/source-try/propose-database.ts'
import { looksLikeJson, proposeJson } from '../tools/source-try/propose-json.ts'
import { looksLikeXml, proposePoslog } from '../tools/source-try/propose-poslog.ts'
import { serverNamed } from '../tools/source-try/server-named.ts'
import { wholeRows } from '../tools/source-try/trial.ts'
import { tryText } from '../tools/source-try/try-text.ts'
import { answerOption, answersIn } from './answer-option.ts'
import { type CommandParts, type Data, fileNamed, folderOption } from './command-parts.ts'

export const fileToTryMissing = defineError(
  'SALES_FILE_MISSING',
  ({ file }: { file: string }) =>
    `There is no file ${file}, or it is empty. Name a file that the POS has exported.`,
)
export const settingsNotSure = defineError(
  'SOURCE_NOT_SURE',
  ({ questions }: { questions: number }) =>
    `The settings were not written: ${questions === 1 ? 'one question is' : `${questions} questions are`} still open. Run the same command without --write to see it, and answer it.`,
)
export const tooMuchRefused = defineError(
  'SOURCE_MOSTLY_REFUSED',
  ({ refused, all }: { refused: number; all: number }) =>
    `The settings were not written: ${refused} of ${all} records are refused with them. Run the same command without --write to see why.`,
)
export const sourceThere = defineError(
  'SOURCE_NAME_TAKEN',
  ({ source, path }: { source: string; path: string }) =>
    `${path} has a source called "${source}" already. Choose another name with --source, or remove that one first.`,
)

export const sourceReadAlready = defineError(
  'SOURCE_READ_ALREADY',
  ({ names, path }: { names: readonly string[]; path: string }) =>
    `The settings were not written: the source ${names.join(', ')} of ${path} reads these sales already, and under a second name they may be counted twice. Change the settings of that source, or remove it first.`,
)

const AgentJson = z.looseObject({ sources: z.array(z.looseObject({ source: z.string() })).default([]) })

interface Options extends Data {
  readonly answer: readonly string[]
  readonly source: string
  readonly zone?: string
  readonly warehouse?: string
  readonly passwordFile?: string
  readonly write?: boolean
}

/** A file of settings that are right may have a wrong record in so many. */
const ONE_IN = 10
/** So much of a file is looked at; what follows is written as this is. */
const LOOKED_AT = 1024 * 1024

/** `sources try`: proposes the settings for a file that a POS has exported, and shows its first sales as receipts. */
export function tryCommand({ terminal, world }: CommandParts): Command {
  const of = command('try', 'propose settings for a POS’s export or database, and show its first sales')
    .argument(
      '<file>',
      'rows with commas, semicolons, tabs or bars; JSON; POSLog; an SQLite database; or mysql://user@host/database, postgres://…',
    )
    .option(...answerOption)
    .option('--source <name>', 'what the source is called', 'sales')
    .option('--zone <name>', 'the store’s time zone; left out: that of its enrolment, or of this PC')
    .option('--warehouse <name>', 'whose stock the sales reduce; left out: the store’s code, or "shop"')
    .option('--password-file <file>', 'a file that holds only the password of the database’s user')
    .option('--write', 'add the source to agent.json')
    .option(...folderOption)
  return answers<Options>(of, terminal, async (options, name = '') => {
    const file = serverNamed(name) === null ? fileNamed(name) : name
    const proposal = await propose(options, file)
    const { length: refused } = proposal.rows.filter(({ problem }) => problem !== null)
    const isOpen = proposal.questions.length > 0 || proposal.fault !== null
    const text = tryText(proposal, file)
    if (options.write !== true)
      return { json: proposal, text, exitCode: isOpen || refused > 0 ? exitCodes.failed : exitCodes.ok }
    if (isOpen) throw settingsNotSure({ questions: proposal.questions.length })
    if (refused * ONE_IN > proposal.rows.length) throw tooMuchRefused({ refused, all: proposal.rows.length })
    const path = write(options, proposal)
    return {
      json: proposal,
      text: `${text}\n\nThe source "${options.source}" is in ${path}. A running agent takes it up within a minute, at a moment without sales.`,
    }
  })

  function propose(options: Options, file: string): Promise<SourceProposal> {
    const about = {
      source: SourceId.parse(options.source),
      store: storeOf(options),
      answers: answersIn(options.answer),
    }
    const server = serverNamed(file)
    if (server !== null) {
      const { passwordFile } = options
      const database = {
        ...server,
        ...(passwordFile === undefined ? {} : { passwordFile: fileNamed(passwordFile) }),
      }
      return proposeDatabase({ ...about, name: file, database }, world, databaseKinds)
    }
    const beginning = beginningOf(world.files, file)
    if (isDatabase(beginning.bytes))
      return proposeDatabase(
        { ...about, name: file, database: { product: 'sqlite', file } },
        world,
        databaseKinds,
      )
    const given: FileToTry = { ...about, ...beginning, file: basename(file), folder: dirname(file) }
    if (looksLikeXml(given.bytes)) return proposePoslog(given, world)
    return looksLikeJson(given.bytes) ? proposeJson(given, world) : proposeSource(given, world)
  }

  function storeOf({ data, zone, warehouse }: Options) {
    const device = readDeviceFile(world.files, agentPaths(data).device)
    return {
      zone: zone ?? device?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      warehouse: warehouse ?? device?.store ?? 'shop',
    }
  }

  /** @throws SOURCE_NAME_TAKEN, CONFIG_INVALID */
  function write({ data, source }: Options, { kind, settings }: SourceProposal): string {
    const path = agentPaths(data).config
    const config = readAgentJson(world.files, path)
    const { sources = [], ...rest } = AgentJson.parse(config)
    if (sources.some(each => each.source === source)) throw sourceThere({ source, path })
    const all = { ...rest, sources: [...sources, { source, kind, settings }] }
    const shared = sourcesThatShare(AgentConfig.parse(all).sources, world.files.realPath)
    const names = shared.flatMap(({ was, is }) => (is === source ? [was] : []))
    if (names.length > 0) throw sourceReadAlready({ names, path })
    world.files.ensureFolder(dirname(path))
    world.files.writePrivate(path, `${JSON.stringify(all, null, 2)}\n`)
    return path
  }
}

function isDatabase(bytes: Buffer): boolean {
  return bytes.subarray(0, sqliteSignature.length).equals(sqliteSignature)
}

/** The first rows of a file, and how much follows. @throws SALES_FILE_MISSING */
function beginningOf(files: Files, file: string): { bytes: Buffer; unread: number } {
  using open = files.openBytes(file)
  const read = open?.read(0, Math.min(open.size, LOOKED_AT + 1)) ?? null
  if (open === null || read === null || read.length === 0) throw fileToTryMissing({ file })
  const all = Buffer.from(read)
  const bytes =
    isDatabase(all) || looksLikeXml(all) || looksLikeJson(all)
      ? all.subarray(0, LOOKED_AT)
      : wholeRows(all, LOOKED_AT)
  return { bytes, unread: open.size - bytes.length }
}
