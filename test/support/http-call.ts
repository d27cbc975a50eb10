// Calls of tests over real HTTP, with the same answers as the handler's.

import type { TokenAnswer } from './token-api.ts';
import type { TokenCall } from './token-events.ts';

/** @param issuer the address below which the paths are */
export function openHttpCall(issuer: string): (call: TokenCall) => Promise<TokenAnswer> {
  return async (call) => {
    const url = new URL(`${issuer}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) for (const one of [value].flat()) url.searchParams.append(name, one);
    const headers = new Headers();
    for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, String(value));
    const body = typeof call.form === 'object' ? new URLSearchParams(call.form) : call.form;
    const response = await fetch(url, { method: call.method ?? 'POST', headers, redirect: 'manual', ...(body !== undefined && { body }) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    const location = response.headers.get('location');
    return {
      status: response.status,
      headers: { ...Object.fromEntries(response.headers), ...(location !== null && { Location: location }) },
      cookies: response.headers.getSetCookie(),
      text,
      json: isJson ? JSON.parse(text) : {},
      line: { level: 'INFO', event: 'none' },
    };
  };
}
