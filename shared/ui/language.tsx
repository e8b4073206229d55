import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { type Language, languageOfLocale, usualLocales } from '../languages.ts'
import { useRemembered } from './remembered.ts'

/** One feature's words. Each app words its pages in all languages that it speaks: test/ui/languages.test.ts compares them. */
export type Messages<M> = Readonly<{ en: M } & Partial<Record<Language, M>>>

interface Chosen {
  readonly language: Language
  /** For Intl: the browser's own variant of the language where it has one (`en-US`, `de-AT`). */
  readonly locale: string
  /** The languages that this app speaks. */
  readonly spoken: readonly Language[]
  readonly choose: (language: Language) => void
}

function browserLanguage(spoken: readonly Language[]): Language {
  const wanted = navigator.languages.map(languageOfLocale)
  return wanted.find(one => one !== null && spoken.includes(one)) ?? 'en'
}

function localeOf(language: Language): string {
  const own = navigator.languages.find(tag => tag.toLowerCase().startsWith(`${language}-`) && isLocale(tag))
  return own ?? usualLocales[language]
}

/** Browsers on a POSIX system name languages that Intl refuses: `en-US@posix`. */
function isLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}

const Context = createContext<Chosen | null>(null)

interface LanguageProviderProps {
  spoken: readonly Language[]
  children: ReactNode
}

/** Gives the language to all below: the remembered choice, else the browser's. */
export function LanguageProvider({ spoken, children }: LanguageProviderProps) {
  const [remembered, choose] = useRemembered('tillbridge.language')
  const language = spoken.find(one => one === remembered) ?? browserLanguage(spoken)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const chosen = useMemo(
    () => ({ language, locale: localeOf(language), spoken, choose }),
    [language, spoken, choose],
  )
  return <Context value={chosen}>{children}</Context>
}

/** The language in use, its Intl locale and how to change it. */
export function useLanguage(): Chosen {
  const chosen = useContext(Context)
  if (chosen === null) throw new Error('useLanguage outside of LanguageProvider')
  return chosen
}

/** A feature's words in the language in use. */
export function useMessages<M>(messages: Messages<M>): M {
  const { language } = useLanguage()
  return messages[language] ?? messages.en
}
