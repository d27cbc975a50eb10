// The languages of the sign-in page (BCP 47), apart from its texts: the metadata name them, and load none.

export const UI_LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const;

export type UiLocale = (typeof UI_LOCALES)[number];
