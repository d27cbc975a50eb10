// Fills the placeholders of a request template. Values go into parsed JSON, which is then written as JSON: nothing that
// a user types can leave the string that it stands in.

/** Values for `{username}`, `{password}`, `{tenant}` and the like. */
export type PlaceholderValues = ReadonlyMap<string, string>;

/** Strings in one pass, so that a password of `{username}` is sent as typed; what is no placeholder stays as written. */
export function fillTemplate(template: unknown, values: PlaceholderValues): unknown {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, fillTemplate(value, values)]));
}

export function fillText(text: string, values: PlaceholderValues): string {
  return text.replace(/\{([a-zA-Z][a-zA-Z0-9_.-]{0,127})\}/g, (written, name: string) => values.get(name) ?? written);
}
