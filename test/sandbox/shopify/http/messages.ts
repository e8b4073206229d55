/** An HTTP request as the shop sees it, whichever way it came. Header names are in lower case. */
export interface ShopRequest {
  readonly method: string
  /** With its query, without scheme and host. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What the shop answers. */
export interface ShopResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The connection breaks instead of an answer: what a fault asked for. */
export class ConnectionBroken extends Error {
  override readonly name = 'ConnectionBroken'
}

/** A request that is answered with a status and a sentence. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Parses a JSON object; anything else is the client's mistake. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text === '' ? '{}' : text)
  } catch (cause) {
    throw new HttpProblem(
      400,
      `The body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpProblem(400, 'The body is not a JSON object.')
  }
  return value as Readonly<Record<string, unknown>>
}

/** An answer of JSON. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ShopResponse {
  return textAnswer(status, 'application/json; charset=utf-8', JSON.stringify(body), headers)
}

/** An answer of HTML. No script, no foreign content: the policy says so too. */
export function htmlAnswer(status: number, html: string): ShopResponse {
  return textAnswer(status, 'text/html; charset=utf-8', html, {
    'Content-Security-Policy':
      "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  })
}

/** An answer of text of any type. */
export function textAnswer(
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): ShopResponse {
  return { status, headers: { 'Content-Type': type, ...headers }, body }
}
