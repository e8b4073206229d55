import { z } from 'zod'
import type { Shop } from '../shop.ts'
import { HttpProblem } from './messages.ts'

/** What the control API answers with. */
export interface Controlled {
  readonly status: number
  readonly body: unknown
}

/** Endpoints by `METHOD resource :name action`, as the control API matches them. */
export type Controls = Readonly<Record<string, (shop: Shop, body: unknown, name: string) => Controlled>>

/** The body of a request, or a 400 that says what is wrong with it. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new HttpProblem(400, z.prettifyError(parsed.error))
  return parsed.data
}
