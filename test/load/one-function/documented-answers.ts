// The answers that are documented, by the words of those pages: functions/token/README.md for the token API, and what API
// Gateway is told by the authorizer.

import type { Answer } from '../../bench/end-to-end/measure-flows.ts';

type IsRight = (answer: Answer) => boolean;

export const status =
  (wanted: number): IsRight =>
  ({ statusCode }) =>
    statusCode === wanted;

export const ok = status(200);

export const refusal =
  (wanted: number, error: string): IsRight =>
  ({ statusCode, body }) =>
    statusCode === wanted && JSON.parse(body).error === error;

export const active =
  (wanted: boolean): IsRight =>
  ({ statusCode, body }) =>
    statusCode === 200 && JSON.parse(body).active === wanted;

/** A page for people, not JSON for programs. */
export const page =
  (wanted: number): IsRight =>
  ({ statusCode, body }) =>
    statusCode === wanted && body.startsWith('<!doctype html>');

/** The same, whatever has become of a token of the authorizer: a REST API answers 401. */
export const unauthorized: IsRight = ({ errorMessage }) => errorMessage === 'Unauthorized';

const effectOf = ({ policyDocument }: Answer): string | undefined => policyDocument?.Statement.map(({ Effect }) => Effect).join();

export const allowed: IsRight = (answer) => answer.errorMessage === undefined && effectOf(answer) === 'Allow';

export const denied =
  (code: string): IsRight =>
  (answer) =>
    effectOf(answer) === 'Deny' && answer.context?.code === code;
