// The person at the browser: opens the address that a client sends it to, signs in, allows what is asked, and comes back.

import assert from 'node:assert/strict';
import { openHttpCall } from './http-call.ts';
import { openBrowser, type Shown } from './sign-in-browser.ts';

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** What the person was shown on the way. */
export interface Visit {
  /** The client's redirect URI, with what it is told. */
  readonly back: URL;
  /** Texts of the pages, in their order. */
  readonly pages: readonly string[];
}

/** A browser that keeps its cookies from one visit to the next. */
export function openPerson({ username, password }: Person): (address: URL) => Promise<Visit> {
  const browsers = new Map<string, ReturnType<typeof openBrowser>>();
  return async (address) => {
    const browser = browsers.get(address.origin) ?? openBrowser({ call: openHttpCall(address.origin) });
    browsers.set(address.origin, browser);
    const pages: string[] = [];
    const look = (shown: Shown): Shown => {
      if (shown.status !== 303) pages.push(shown.text);
      return shown;
    };
    const query = Object.fromEntries([...new Set(address.searchParams.keys())].map((name) => [name, address.searchParams.getAll(name)]));
    let shown = look(await browser.get(address.pathname, query));
    if (shown.text.includes('name="password"')) shown = look(await browser.post(address.pathname, { ...shown.hidden, username, password }));
    if (shown.text.includes('name="decision"')) shown = look(await browser.post(address.pathname, { ...shown.hidden, decision: 'allow' }));
    assert.equal(shown.status, 303, shown.text);
    return { back: new URL(shown.headers.Location ?? ''), pages };
  };
}
