import { type Command, InvalidArgumentError, Option } from 'commander'
import { plainIssue } from '../../shared/plain-issues.ts'
import { PrinterProfile, type ProfileName, profileNames } from '../codecs/printer-commands/profiles.ts'

/** The options that `withPrinterOptions` adds, as a command receives them. */
export interface PrinterOptions {
  readonly profile: ProfileName
  readonly codePage?: Readonly<Record<string, string>>
}

/** Adds `--profile` and `--code-page`: how the captured bytes are to be read. */
export function withPrinterOptions(to: Command): Command {
  return to
    .addOption(
      new Option('--profile <printer>', 'the printer’s make and language')
        .choices(profileNames)
        .default('auto'),
    )
    .addOption(
      new Option(
        '--code-page <number=encoding>',
        'read a code-page number as another encoding, for example 17=cp1251; may be repeated',
      ).argParser(addCodePage),
    )
}

/** The options as the codec takes them. */
export const printerProfileOf = ({ profile, codePage }: PrinterOptions): PrinterProfile => ({
  profile,
  ...(codePage === undefined ? {} : { codePages: { ...codePage } }),
})

function addCodePage(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [number = '', encoding = ''] = text.toLowerCase().split('=')
  const codePages = { ...before, [number.trim()]: encoding.trim() }
  const checked = PrinterProfile.safeParse({ codePages })
  if (!checked.success)
    throw new InvalidArgumentError(checked.error.issues.map(issue => plainIssue(issue)).join('; '))
  return codePages
}
