import { Question } from '../measure/child.ts'

/** The child's end of `Child.ask`. A bench that dies takes its processes with it. */
export function answerQuestions(answers: Readonly<Record<string, (input: unknown) => unknown>>): void {
  process.on('message', async message => {
    const { id, ask, input } = Question.parse(message)
    const reply = (said: object) => process.send?.({ id, ...said })
    try {
      const answer = await answers[ask]?.(input)
      reply({ answer })
    } catch (error) {
      reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once('disconnect', () => process.exit())
}
