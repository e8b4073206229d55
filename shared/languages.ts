/** The languages that the pages for staff speak, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' } as const
export const languageCodes = ['en', 'de', 'fr', 'es'] as const
export type Language = (typeof languageCodes)[number]

/** The variant of each language that dates and numbers follow where nothing else is known. */
export const usualLocales: Readonly<Record<Language, string>> = {
  en: 'en-GB',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
}

/** The language of a locale such as `fr-CA`; null when the pages do not speak it. */
export function languageOfLocale(locale: string): Language | null {
  const code = locale.slice(0, 2).toLowerCase()
  return languageCodes.find(one => one === code) ?? null
}
