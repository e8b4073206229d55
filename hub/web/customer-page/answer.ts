import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Language, languageCodes, languageOfLocale } from '../../../shared/languages.ts'
import { storesThatHave } from '../../pickups/customer-choice/choose.ts'
import {
  type CustomerQuestion,
  isLinkExpired,
  readQuestion,
} from '../../pickups/customer-choice/questions.ts'
import { isUnanswered } from '../../pickups/customer-choice/show.ts'
import { callerOf, type WebContext } from '../route.ts'
import { type CustomerPage, customerPage } from './page.ts'

const statusOf: Readonly<Record<CustomerPage['shows'], number>> = {
  question: 200,
  answer: 200,
  expired: 410,
  unknown: 404,
  tooOften: 429,
  failed: 500,
}

/**
 * Whether an address is meant as a customer's: also one that was cut, changed by a program on the way, or has something behind it. What is
 * wrong with it is then said on a page.
 */
export const isCustomerAddress = (url: string): boolean => /^\/*choice(?:\/|%2f|\?|#|$)/i.test(url)

/** A link that was opened: its question, or the page that is shown instead. */
export type Opened =
  | { readonly question: CustomerQuestion; readonly page: null }
  | { readonly question: null; readonly page: { readonly shows: 'unknown' | 'tooOften' } }

/** Checks a link's signature, how often it or wrong ones are opened, and whether the question is known here. */
export async function openLink(context: WebContext, request: FastifyRequest, token: string): Promise<Opened> {
  const signed = await context.links.read(token)
  if (signed === null)
    return instead(context.choices.isWrongTooOften(callerOf(context, request)) ? 'tooOften' : 'unknown')
  if (context.choices.isTooOften(signed.id)) return instead('tooOften')
  const question = await readQuestion(context.db, signed.id)
  // a hub that was put back to a backup may have lost it
  if (question === null || question.row.expires_at !== signed.until) return instead('unknown')
  return { question, page: null }
}

const instead = (shows: 'unknown' | 'tooOften'): Opened => ({ question: null, page: { shows } })

interface Asked {
  /** Why an answer was not taken; null: none was given. */
  readonly problem: Extract<CustomerPage, { shows: 'question' }>['problem'] | 'before'
  /** What is marked on the page, as its form names it; null: nothing. */
  readonly marked: string | null
}

/** The page of a question as it is now. */
export async function pageOf(
  { db, world }: Pick<WebContext, 'db' | 'world'>,
  question: CustomerQuestion,
  { problem, marked }: Asked,
): Promise<CustomerPage> {
  const now = world.clock.now()
  if (isUnanswered(question)) return { shows: 'expired', question }
  if (question.row.state !== 'open') return { shows: 'answer', question, isLate: problem === 'before' }
  if (isLinkExpired(question, now)) return { shows: 'expired', question }
  const { store: code } = question.row
  const row = await db
    .selectFrom('store')
    .select(['name', 'zone'])
    .where('code', '=', code)
    .executeTakeFirst()
  const store = row ?? { name: code, zone: 'UTC' }
  const stores = await storesThatHave(db, question, now)
  return {
    shows: 'question',
    question,
    store,
    stores,
    problem: problem === 'before' ? null : problem,
    marked,
  }
}

/** Answers with a page that is kept nowhere and found by no search engine. */
export function show(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  page: CustomerPage,
  locale: string | null,
): string {
  const language = languageFor(request, locale)
  void reply
    .code(statusFor(page))
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow, noarchive')
    .header('vary', 'accept-language')
  if (page.shows === 'tooOften') void reply.header('retry-after', '60')
  return customerPage(page, language)
}

function statusFor(page: CustomerPage): number {
  if (page.shows === 'question' && page.problem !== null) return 422
  return page.shows === 'answer' && page.isLate ? 409 : statusOf[page.shows]
}

/** What the text of an address says behind its question mark, whether or not it can be read as one. */
export const saidIn = ({ url }: FastifyRequest, name: string): string | null =>
  new URLSearchParams(url.split('?').slice(1).join('?')).get(name)

/** The language that was chosen on the page; else the one of the order; else what the browser prefers; else English. */
function languageFor(request: FastifyRequest, locale: string | null): Language {
  const chosen = saidIn(request, 'lang')
  const asked = languageCodes.find(code => code === chosen)
  if (asked !== undefined) return asked
  const known = locale === null ? null : languageOfLocale(locale)
  return known ?? preferred(request.headers['accept-language'] ?? '') ?? 'en'
}

function preferred(header: string): Language | null {
  const wanted = header
    .slice(0, 500)
    .split(',')
    .map(part => {
      const [tag = '', weight] = part.trim().split(/\s*;\s*q=/)
      return { language: languageOfLocale(tag), weight: Number(weight ?? 1) }
    })
    .filter(({ language, weight }) => language !== null && weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return wanted[0]?.language ?? null
}
