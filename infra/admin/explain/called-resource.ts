// The resource that a call is about, as an operator names it: `POST /pizzashack/1.0.0/order`, or the URL that was called.

import { UsageFailed } from '../commands/command.ts';

export interface CalledResource {
  /** In capitals. */
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Of an `execute-api` address; absent: the address does not say. */
  readonly apiId?: string;
  /** Whether it came with another address, so that a domain may have put a base path before it. */
  readonly mayHaveBasePath: boolean;
}

const MAX_CHARACTERS = 8192;

/** @throws UsageFailed */
export function parseCalledResource(text: string): CalledResource {
  const [, method = '', target = ''] = /^([A-Za-z]{1,16})\s+(\S.*)$/.exec(text.trim()) ?? [];
  if (target === '' || text.length > MAX_CHARACTERS)
    throw new UsageFailed('--resource is a method and a path or URL: --resource "POST /pizzashack/1.0.0/order"');
  return { method: method.toUpperCase(), ...parseTarget(target) };
}

function parseTarget(target: string): Omit<CalledResource, 'method'> {
  // Not by `new URL`, which would tidy up what the caller has sent: `..`, `//` and `\` are what may have been refused.
  const [, host, rest = target] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target) ?? [];
  const path = rest.replace(/[?#].*$/s, '');
  if (host === undefined && !path.startsWith('/'))
    throw new UsageFailed(`The path of --resource begins with /, not as in ${path.slice(0, 80)}`);
  const apiId = /^([a-z0-9]+)\.execute-api\./i.exec(host ?? '')?.[1]?.toLowerCase();
  const mayHaveBasePath = host !== undefined && apiId === undefined;
  return { path: path === '' ? '/' : path, mayHaveBasePath, ...(apiId !== undefined && { apiId }) };
}
