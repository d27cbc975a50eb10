// Reads the fields of an event that came as JSON: what must be there is required, what may be there is found.

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** @throws Error */
export function requireFields(value: unknown, name: string): Fields {
  if (!isFields(value)) throw new Error(`The event has no ${name}.`);
  return value;
}

/** @throws Error */
export function requireString(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`The event has no ${name}.`);
  return value;
}

/** Empty where there is none. */
export function findString(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
