// HTML in which nothing can be left unescaped: the only way to make markup is this template, and every value in it that
// is not markup itself becomes text (A127).

/** Markup. There is no other constructor than `html`. */
export class Html {
  readonly #markup: string;

  /** Constructed by `html` alone. */
  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** Text, markup, a list of either, or nothing. */
export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** HTML template: values are escaped, in text and in attributes between double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, at) => part + markupOf(values[at])).join(''));
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(markupOf).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES.get(character) ?? '');
}
