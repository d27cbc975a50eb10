// Calls of tests over real HTTP, with the same answers as the handler's. Not by `fetch`, which says of itself that it is no
// navigation of a browser (`Sec-Fetch-Mode`).

import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { TokenAnswer } from './token-api.ts';
import { FORM, type TokenCall } from './token-events.ts';

/** @param origin the address below which the paths are */
export function openHttpCall(origin: string): (call: TokenCall) => Promise<TokenAnswer> {
  return async (call) => {
    const url = new URL(`${origin}${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) for (const one of [value].flat()) url.searchParams.append(name, one);
    const body = typeof call.form === 'object' ? new URLSearchParams(call.form).toString() : call.form;
    const headers = { ...(body !== undefined && { 'Content-Type': FORM }), ...call.headers } as Record<string, string | string[]>;
    const response = await send(url, call.method ?? 'POST', headers, body);
    const text = await readText(response);
    const isJson = response.headers['content-type']?.startsWith('application/json') === true && text !== '';
    const { location, 'set-cookie': cookies = [] } = response.headers;
    return {
      status: response.statusCode ?? 0,
      headers: { ...(response.headers as Record<string, string>), ...(location !== undefined && { Location: location }) },
      cookies,
      text,
      json: isJson ? JSON.parse(text) : {},
      line: { level: 'INFO', event: 'none' },
    };
  };
}

function send(url: URL, method: string, headers: Readonly<Record<string, string | string[]>>, body: string | undefined) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers: { ...headers, Connection: 'close' } }, resolve)
      .on('error', reject)
      .end(body);
  });
}
