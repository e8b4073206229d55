import { z } from 'zod'
import { languageCodes } from '../../shared/languages.ts'
import type { slipKinds } from '../till/api-schema.ts'

export type SlipKind = (typeof slipKinds)[number]

/** How a printer wants its slips. */
export const SlipFormat = z.strictObject({
  paperMm: z.union([z.literal(58), z.literal(80)]).default(80),
  language: z.enum(['esc-pos', 'star-prnt', 'star-line']).default('esc-pos'),
  words: z.enum(languageCodes).default('en'),
  code: z.enum(['barcode', 'qr', 'both', 'none']).default('both'),
  cut: z.enum(['partial', 'full', 'none']).default('partial'),
})
export type SlipFormat = z.infer<typeof SlipFormat>
