import { z } from 'zod'
import { settingValues } from '../../shared/remote-settings.ts'
import type { slipKinds } from '../till/api-schema.ts'

export type SlipKind = (typeof slipKinds)[number]

/** How a printer wants its slips. */
export const SlipFormat = z.strictObject({
  paperMm: settingValues.paperMm.default(80),
  language: settingValues.printerLanguage.default('esc-pos'),
  words: settingValues.words.default('en'),
  code: settingValues.code.default('both'),
  cut: settingValues.cut.default('partial'),
})
export type SlipFormat = z.infer<typeof SlipFormat>
