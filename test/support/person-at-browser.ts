// The person at the browser: opens the address that a client sends it to, signs in, allows what is asked, and comes back.

import assert from 'node:assert/strict';
import { openHttpCall } from './http-call.ts';
import { openBrowser, type Shown } from './sign-in-browser.ts';

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** One request of the browser. */
export interface BrowserStep {
  readonly method: 'GET' | 'POST';
  /** Without the query. */
  readonly url: string;
  /** Parameters of the query, or fields of the form. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly status: number;
  /** Of the page; empty where there is none. */
  readonly text: string;
  readonly location: string | undefined;
}

/** What the person was shown on the way. */
export interface Visit {
  /** The client's redirect URI, with what it is told. */
  readonly back: URL;
  readonly steps: readonly BrowserStep[];
}

export type VisitAddress = (address: URL) => Promise<Visit>;

/** A browser that keeps its cookies from one visit to the next. */
export function openPerson({ username, password }: Person): VisitAddress {
  const browsers = new Map<string, ReturnType<typeof openBrowser>>();
  return async (address) => {
    const { origin, pathname } = address;
    const browser = browsers.get(origin) ?? openBrowser({ call: openHttpCall(origin) });
    browsers.set(origin, browser);
    const steps: BrowserStep[] = [];
    const keep = (method: 'GET' | 'POST', parameters: Readonly<Record<string, string>>, shown: Shown): Shown => {
      const { status, text, headers } = shown;
      steps.push({ method, url: `${origin}${pathname}`, parameters, status, text, location: headers.Location });
      return shown;
    };
    const send = async (before: Shown, fields: Readonly<Record<string, string>>) => {
      const form = { ...before.hidden, ...fields };
      return keep('POST', form, await browser.post(pathname, form));
    };
    const query = Object.fromEntries([...new Set(address.searchParams.keys())].map((name) => [name, address.searchParams.getAll(name)]));
    let shown = keep('GET', Object.fromEntries(address.searchParams), await browser.get(pathname, query));
    if (shown.text.includes('name="password"')) shown = await send(shown, { username, password });
    if (shown.text.includes('name="decision"')) shown = await send(shown, { decision: 'allow' });
    assert.equal(shown.status, 303, shown.text);
    return { back: new URL(shown.headers.Location ?? ''), steps };
  };
}
