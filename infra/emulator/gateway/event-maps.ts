// Maps of payload 2.0: names in lower case, values of one name joined by a comma.

import type { HeaderList } from './http-message.ts';

export function joinedByName(list: HeaderList): Readonly<Record<string, string>> {
  const grouped = Map.groupBy(list, ([name]) => name);
  return Object.fromEntries([...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]));
}

export const lowerCased = (headers: HeaderList): HeaderList => headers.map(([name, value]) => [name.toLowerCase(), value]);
