import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const Reply = z.object({ id: z.int(), answer: z.unknown().optional(), error: z.string().optional() })
export const Question = z.object({ id: z.int(), ask: z.string(), input: z.unknown().optional() })

/** How long a process may take to end before it is killed. */
const GRACE_MS = 10_000

export interface Child extends AsyncDisposable {
  /** The first line that it prints. */
  firstLine(): Promise<string>
  /** Asks it something that its `answerQuestions` knows; a process that ends instead is an error. */
  ask<T>(question: string, answer: z.ZodType<T>, input?: unknown): Promise<T>
}

/** Starts a TypeScript file as a Node process of its own. Disposing it ends it and waits for that. */
export function startChild(
  script: URL,
  options: { args?: readonly string[]; execArgv?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Child {
  const process_ = fork(fileURLToPath(script), options.args ?? [], {
    execArgv: [...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  const line = Promise.withResolvers<string>()
  line.promise.catch(() => {}) // only some callers wait for it
  const gone = new Promise<void>(resolve => {
    process_.once('exit', (code, signal) => {
      const error = new Error(`${script.pathname} ended (${signal ?? code})`)
      line.reject(error)
      for (const each of waiting.values()) each.reject(error)
      resolve()
    })
  })
  let text = ''
  process_.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
    const end = text.indexOf('\n')
    if (end >= 0) line.resolve(text.slice(0, end))
  })
  process_.on('message', message => {
    const { id, answer, error } = Reply.parse(message)
    if (error === undefined) waiting.get(id)?.resolve(answer)
    else waiting.get(id)?.reject(new Error(error))
    waiting.delete(id)
  })
  let asked = 0
  return {
    firstLine: () => line.promise,
    async ask(question, schema, input) {
      if (process_.exitCode !== null) throw new Error(`${script.pathname} has ended`)
      asked += 1
      const reply = Promise.withResolvers<unknown>()
      waiting.set(asked, reply)
      process_.send({ id: asked, ask: question, input } satisfies z.infer<typeof Question>)
      return schema.parse(await reply.promise)
    },
    [Symbol.asyncDispose]: () => end(process_, gone),
  }
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  child.kill('SIGTERM')
  await gone
  clearTimeout(kill)
}
