import { defineError } from '../../../shared/errors.ts'
import type { FileAnswers, FileQuestion, Option } from './questions.ts'

export const answerUnknown = defineError(
  'SOURCE_ANSWER_UNKNOWN',
  ({ id, value, known }: { id: string; value: string; known: readonly string[] }) =>
    known.length === 0
      ? `Nothing asks for "${id}" in this file. Leave out --answer "${id}=${value}", or write the question's name as it is shown.`
      : `"${value}" does not answer "${id}". Choose one of ${known.map(each => `"${each}"`).join(', ')}.`,
)

/** Asks what a file leaves open, and takes what a person has answered. */
export interface OpenQuestions {
  /** The answer; null: it is open, and noted as such. @throws SOURCE_ANSWER_UNKNOWN */
  ask<Value extends string>(question: QuestionFor<Value>): Value | null
  /** What is open, in the order in which it was asked. */
  readonly open: readonly FileQuestion[]
  /** @throws SOURCE_ANSWER_UNKNOWN for an answer to what nothing has asked */
  expectAllUsed(): void
}

interface QuestionFor<Value extends string> extends FileQuestion {
  readonly options: readonly Option<Value>[]
}

export function openQuestions(answers: FileAnswers): OpenQuestions {
  const open: FileQuestion[] = []
  const left = new Map(answers)
  return {
    open,
    ask<Value extends string>(question: QuestionFor<Value>): Value | null {
      const { id, options } = question
      const value = answers.get(id)
      left.delete(id)
      if (value === undefined) {
        open.push(question)
        return null
      }
      const found = options.find(option => option.value.toLowerCase() === value.toLowerCase())
      if (found === undefined) throw answerUnknown({ id, value, known: options.map(option => option.value) })
      return found.value
    },
    expectAllUsed() {
      for (const [id, value] of left) throw answerUnknown({ id, value, known: [] })
    },
  }
}
