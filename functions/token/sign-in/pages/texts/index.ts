// The languages of the pages, and which one a request gets: `ui_locales` before `Accept-Language` (OpenID Connect Core
// section 3.1.2.1, RFC 9110 section 12.5.4), English where neither names one of them. Each is loaded when it is spoken.

import { UI_LOCALES, type UiLocale } from '../../ui-locales.ts';
import type { Texts } from './texts.ts';

const LANGUAGES: Readonly<Record<UiLocale, () => Promise<Texts>>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  es: async () => (await import('./es.ts')).es,
  pt: async () => (await import('./pt.ts')).pt,
  ja: async () => (await import('./ja.ts')).ja,
};

const MAX_CHARACTERS = 512;

/**
 * @param uiLocales language tags with blanks between, the preferred ones first
 * @param acceptLanguage the header of the browser
 */
export async function findTexts(uiLocales: string | undefined, acceptLanguage: string | undefined): Promise<Texts> {
  const wanted = [...(uiLocales ?? '').slice(0, MAX_CHARACTERS).split(' '), ...byPreference(acceptLanguage ?? '')];
  const primaries = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  const language = primaries.flatMap((primary) => UI_LOCALES.filter((known) => known === primary))[0] ?? 'en';
  return await LANGUAGES[language]();
}

function byPreference(acceptLanguage: string): readonly string[] {
  return acceptLanguage
    .slice(0, MAX_CHARACTERS)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, weight: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
