import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react'
import { useRemembered } from './remembered.ts'

/** The languages that the apps speak, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

/** One feature's words in every language. Type the others as `typeof en`: a missing key does not compile. */
export type Messages<M> = Readonly<Record<Language, M>>

interface Chosen {
  readonly language: Language
  /** For Intl: the browser's own variant of the language where it has one (`en-US`, `de-AT`). */
  readonly locale: string
  readonly choose: (language: Language) => void
}

/** Whether a text is the code of a language that the apps speak. */
export function isLanguage(value: string | null): value is Language {
  return value !== null && Object.hasOwn(languages, value)
}

function browserLanguage(): Language {
  const spoken = navigator.languages.map(tag => tag.slice(0, 2).toLowerCase())
  return spoken.find(isLanguage) ?? 'en'
}

function localeOf(language: Language): string {
  const own = navigator.languages.find(tag => tag.toLowerCase().startsWith(`${language}-`) && isLocale(tag))
  return own ?? { en: 'en-GB', de: 'de-DE' }[language]
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

/** Gives the language to all below: the remembered choice, else the browser's. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [remembered, choose] = useRemembered('tillbridge.language')
  const language = isLanguage(remembered) ? remembered : browserLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const chosen = useMemo(() => ({ language, locale: localeOf(language), choose }), [language, choose])
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
  return messages[useLanguage().language]
}
