// What events say in several forms: maps of headers and query parameters, and the time of the request
// (infra/emulator/README.md, "Events").

import { type GatewayRequest, type HeaderList, queryParameters } from './http-message.ts';

/** Maps of payload 1.0: the last value, and all values; null where there is none. */
function eventMaps(list: HeaderList): {
  readonly single: Readonly<Record<string, string>> | null;
  readonly multi: Readonly<Record<string, readonly string[]>> | null;
} {
  if (list.length === 0) return { single: null, multi: null };
  const grouped = Map.groupBy(list, ([name]) => name);
  const multi = [...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value)] as const);
  return {
    single: Object.fromEntries(multi.map(([name, values]) => [name, values.at(-1) ?? ''])),
    multi: Object.fromEntries(multi),
  };
}

/** What payload 1.0 has of a request, of either kind of API. @param headers those of them that the event is to have */
export function payload1Request(
  { method, path, query, headers }: Pick<GatewayRequest, 'method' | 'path' | 'query' | 'headers'>,
  pathParameters: Readonly<Record<string, string>>,
  stageVariables: Readonly<Record<string, string>>,
) {
  const [ofHeaders, ofQuery] = [eventMaps(headers), eventMaps(queryParameters(query))];
  return {
    path,
    httpMethod: method,
    headers: ofHeaders.single,
    multiValueHeaders: ofHeaders.multi,
    queryStringParameters: ofQuery.single,
    multiValueQueryStringParameters: ofQuery.multi,
    pathParameters: filled(pathParameters) ?? null,
    stageVariables: filled(stageVariables) ?? null,
  };
}

/** Undefined for a map with nothing in it. */
export const filled = <T extends object>(map: T): T | undefined => (Object.keys(map).length === 0 ? undefined : map);

/** A map of payload 2.0: values of one name joined by a comma. */
export function joinedByName(list: HeaderList): Readonly<Record<string, string>> {
  const grouped = Map.groupBy(list, ([name]) => name);
  return Object.fromEntries([...grouped].map(([name, pairs]) => [name, pairs.map(([, value]) => value).join(',')]));
}

/** Payload 2.0 has names in lower case. */
export const lowerCased = (headers: HeaderList): HeaderList => headers.map(([name, value]) => [name.toLowerCase(), value]);

/** `10/Oct/2000:13:55:36 +0000` as `requestTime` has it (common log format). @param ms since the epoch */
export function commonLogTime(ms: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
