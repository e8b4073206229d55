import { type Language, languageCodes, languages, usualLocales } from '../../../shared/languages.ts'
import { type CustomerQuestion, FOUND, type OfferedStore } from '../../pickups/customer-choice/questions.ts'
import { chosenStore } from '../../pickups/customer-choice/show.ts'
import { customerPageMessages } from './customer-page.messages.ts'
import { pageStyle } from './page-style.ts'

/** What a customer's page shows. */
export type CustomerPage =
  | {
      readonly shows: 'question'
      readonly question: CustomerQuestion
      /** Of the store that could not find the items. */
      readonly store: { readonly name: string; readonly zone: string }
      /** Stores that have the items now. */
      readonly stores: readonly OfferedStore[]
      /** Why the answer just given was not taken; null: none was given. */
      readonly problem: 'noChoice' | 'notOffered' | null
      /** The option that is marked already; null: none. */
      readonly marked: string | null
    }
  /** `isLate`: something else was chosen just now, and was not taken. */
  | { readonly shows: 'answer'; readonly question: CustomerQuestion; readonly isLate: boolean }
  /** It names the order for those who ask the shop, and none of its items: the link may be found later. */
  | { readonly shows: 'expired'; readonly question: CustomerQuestion }
  | { readonly shows: 'unknown' | 'tooOften' | 'failed' }

/**
 * A customer's page as HTML, without scripts and without anything from elsewhere. It names the order and the missing items, and no person.
 * @param language the language it is written in
 */
export function customerPage(page: CustomerPage, language: Language): string {
  const t = customerPageMessages[language]
  const [heading, body] = contentOf(page, language)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'">
<title>${safe(page.shows === 'question' && page.problem !== null ? `${t[page.problem]} ${t.title}` : t.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${safe(heading)}</h1>
${body}
</main>
<nav aria-label="${safe(t.languages)}">
${languageCodes.map(code => languageLink(code, language, page.shows === 'question')).join('\n')}
</nav>
</body>
</html>
`
}

/**
 * An address without a path is that of the page itself: the link is not repeated in it. Beside a form it is a button of the form's, so that what is
 * marked there stays marked.
 */
function languageLink(code: Language, current: Language, isForm: boolean): string {
  if (code === current) return `<span lang="${code}" aria-current="true">${languages[code]}</span>`
  return isForm
    ? `<button form="choice" formmethod="get" formnovalidate name="lang" value="${code}" lang="${code}">${languages[code]}</button>`
    : `<a lang="${code}" hreflang="${code}" href="?lang=${code}">${languages[code]}</a>`
}

function contentOf(page: CustomerPage, language: Language): readonly [heading: string, body: string] {
  const t = customerPageMessages[language]
  switch (page.shows) {
    case 'question':
      return [t.order(page.question.row.order_name), questionOf(page, language)]
    case 'answer':
      return answerOf(page.question, page.isLate, language)
    case 'expired':
      return [
        t.expired,
        `<p>${safe(t.expiredMeans)}</p>\n<p>${safe(t.order(page.question.row.order_name))}</p>`,
      ]
    case 'failed':
      return [t.failed, `<p>${safe(t.failedMeans)}</p>`]
    case 'unknown':
      return [t.unknown, `<p>${safe(t.unknownMeans)}</p>`]
    case 'tooOften':
      return [t.tooOften, `<p>${safe(t.tooOftenMeans)}</p>`]
  }
}

function questionOf(
  { question, store, stores, problem, marked }: Extract<CustomerPage, { shows: 'question' }>,
  language: Language,
): string {
  const t = customerPageMessages[language]
  const until = momentText(question.row.expires_at, store.zone, language)
  const options = [
    ...stores.map(({ location, name }) => optionOf(`move:${location}`, t.move(name), t.moveMeans, marked)),
    optionOf('deliver', t.deliver, t.deliverMeans, marked),
    optionOf('cancel', t.cancel, t.cancelMeans, marked),
  ]
  const alert =
    problem === null ? '' : `<p id="problem" class="problem" role="alert">${safe(t[problem])}</p>\n`
  const described = problem === null ? '' : ' aria-describedby="problem"'
  return `<p>${safe(t.missing(store.name))}</p>
${itemsOf(question, language)}
<p>${safe(t.rest)}</p>
<form id="choice" method="post" action="?lang=${language}">
${alert}<fieldset${described}>
<legend>${safe(t.question)}</legend>
${options.join('\n')}
</fieldset>
<p>${safe(`${t.once} ${t.until(until)}`)}</p>
<button type="submit">${safe(t.confirm)}</button>
</form>`
}

function optionOf(value: string, label: string, means: string, marked: string | null): string {
  const checked = value === marked ? ' checked' : ''
  return `<label class="option"><input type="radio" name="choice" value="${safe(value)}" required${checked}><span><strong>${safe(label)}</strong><span class="means">${safe(means)}</span></span></label>`
}

function itemsOf({ items }: CustomerQuestion, language: Language): string {
  const t = customerPageMessages[language]
  const lines = items.map(({ title, variantTitle, units }) => {
    const variant = variantTitle === null ? '' : `, ${variantTitle}`
    return `<li>${safe(`${units} × ${title}${variant}`)}</li>`
  })
  return `<h2>${safe(t.items)}</h2>\n<ul>\n${lines.join('\n')}\n</ul>`
}

/** Which order and which items it is about, for those who ask the shop. */
const aboutOf = (question: CustomerQuestion, language: Language): string =>
  `<p>${safe(customerPageMessages[language].order(question.row.order_name))}</p>\n${itemsOf(question, language)}`

function answerOf(
  question: CustomerQuestion,
  isLate: boolean,
  language: Language,
): readonly [heading: string, body: string] {
  const t = customerPageMessages[language]
  const { choice, problem } = question.row
  const about = aboutOf(question, language)
  if (choice === null) {
    const [say, meaning] = problem === FOUND ? [t.found, t.foundMeans] : [t.over, t.overMeans]
    return [say, `<p>${safe(meaning)}</p>\n${about}`]
  }
  const store = chosenStore(question) ?? ''
  const chose = choice === 'move' ? t.chose.move(store) : t.chose[choice]
  const late = isLate ? `<p class="problem" role="alert">${safe(t.before)}</p>\n` : ''
  return [
    isLate ? t.chosenBefore : t.chosen,
    `${late}<p class="chosen"><strong>${safe(chose)}</strong></p>
<p>${safe(howFar(question, language))}</p>
${about}`,
  ]
}

/** What has become of a choice, and what the customer does now. */
function howFar(question: CustomerQuestion, language: Language): string {
  const t = customerPageMessages[language]
  const { choice, state } = question.row
  if (state === 'over') return t.state.over
  if (state === 'done' && choice !== null)
    return choice === 'move' ? t.done.move(chosenStore(question) ?? '') : t.done[choice]
  if (state === 'left') return choice === 'deliver' ? t.state.deliver : t.state.left
  return t.state['under-way']
}

/** "7 December 2026 at 14:00", as the store's clock shows it. */
function momentText(at: number, zone: string, language: Language): string {
  return new Intl.DateTimeFormat(usualLocales[language], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: zone,
  }).format(at)
}

const special: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Texts of orders and items are text on the page, never markup. */
const safe = (text: string) => text.replace(/[&<>"']/g, sign => special[sign] ?? '')
