import { z } from 'zod'
import type { en } from './en.ts'

/** A text's key; the keys of exceptions begin with their kind. */
export type WordCode = keyof typeof en
export type ExceptionCode = Exclude<WordCode, `phrase.${string}`>

/** A kind of exception: what its texts' keys begin with. */
export type ExceptionKind = ExceptionCode extends infer Code
  ? Code extends `${infer Kind}.${string}`
    ? Kind
    : Code
  : never

export type PhraseCode = Extract<WordCode, `phrase.${string}`>

/** A field's value: text from outside or from our data, an amount of money, or a phrase that is translated too. */
export type FieldValue =
  | string
  | number
  | { readonly money: number; readonly currency: string }
  | { readonly phrase: PhraseCode; readonly fields?: Readonly<Record<string, FieldValue>> }

type FieldNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? NameOf<Name> | FieldNames<Rest>
  : never
/** `days` of `{days|day|days}`. */
type NameOf<Field extends string> = Field extends `${infer Name}|${string}` ? Name : Field

/** The fields that a message needs, read from its English text. */
export type FieldsOf<Code extends WordCode> = Readonly<Record<FieldNames<(typeof en)[Code]>, FieldValue>>

/** Fields as they are stored. A phrase that this version does not know is shown by its key. */
type StoredValue =
  | string
  | number
  | { money: number; currency: string }
  | { phrase: string; fields?: Record<string, StoredValue> | undefined }
const StoredValue: z.ZodType<StoredValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.object({ money: z.int(), currency: z.string() }),
    z.object({ phrase: z.string(), fields: z.record(z.string(), StoredValue).optional() }),
  ]),
)
export const StoredFields = z.record(z.string(), StoredValue)
export type StoredFields = z.infer<typeof StoredFields>
