// Conditions of an assertion: when and for whom it holds (RFC 7522 section 3, points 2, 4, 5 and 6), in the order of
// WSO2's checks.

import type { SamlIssuerEntry } from '../../configuration/entries/issuer-entry.ts';
import { refuseAssertion } from './assertion-fault.ts';
import type { Assertion, Conditions, SubjectConfirmation } from './read-assertion.ts';

/** Seconds that the identity provider's clock may be off. */
export const SAML_SKEW_SECONDS = 30;

/** RFC 7522 section 3, point 4, lets us bound it: the ID is remembered for as long as the assertion lasts. */
const MAX_LIFETIME_SECONDS = 24 * 3600;

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * Checks the conditions. Returns when the assertion expires, in seconds.
 *
 * @throws OAuthError where it does not hold here and now
 */
export function checkConditions(assertion: Assertion, entry: Pick<SamlIssuerEntry, 'audience' | 'recipient'>, nowSeconds: number): number {
  const conditions = assertion.conditions ?? refuseAssertion('no-conditions');
  if (conditions.hasUnknown) refuseAssertion('unknown-condition');
  checkAudience(conditions, entry.audience);
  const conditionsEnd = checkWindow(conditions, nowSeconds);
  const confirmationEnd = checkConfirmations(assertion.confirmations, entry.recipient, conditionsEnd, nowSeconds);
  const ends = [conditionsEnd, confirmationEnd].filter((end) => end !== undefined);
  if (ends.length === 0) refuseAssertion('no-expiry');
  const expiresAtSeconds = Math.min(...ends);
  if (expiresAtSeconds - nowSeconds > MAX_LIFETIME_SECONDS + SAML_SKEW_SECONDS) refuseAssertion('lifetime');
  if (assertion.sessionEnds.some((end) => isOver(requireTime(end), nowSeconds))) refuseAssertion('session');
  return expiresAtSeconds;
}

function checkAudience({ audienceRestrictions }: Conditions, audience: string): void {
  if (audienceRestrictions.length === 0) refuseAssertion('no-audience-restriction');
  if (!audienceRestrictions.every((audiences) => audiences.includes(audience))) refuseAssertion('audience');
}

/** The end of the window; undefined where it has none. */
function checkWindow(window: Pick<Conditions, 'notBefore' | 'notOnOrAfter'>, nowSeconds: number): number | undefined {
  if (!isInside(window, nowSeconds)) refuseAssertion('time-window');
  return window.notOnOrAfter === undefined ? undefined : requireTime(window.notOnOrAfter);
}

/** The end of the confirmation that holds; undefined where it has none of its own. */
function checkConfirmations(
  confirmations: readonly SubjectConfirmation[],
  recipient: string,
  conditionsEnd: number | undefined,
  nowSeconds: number,
): number | undefined {
  if (confirmations.length === 0) refuseAssertion('no-subject-confirmation');
  const bearers = confirmations.filter(({ method }) => method === BEARER);
  if (bearers.length === 0) refuseAssertion('no-bearer-confirmation');
  // Data, where there is some, must name us and end (RFC 7522 section 3, point 5). Without it the Conditions must end.
  const addressed = bearers.filter(({ data }) => data === undefined || data.recipient === recipient);
  if (addressed.length === 0) refuseAssertion('recipient');
  const ours = addressed.filter(({ data }) => (data === undefined ? conditionsEnd : data.notOnOrAfter) !== undefined);
  if (ours.length === 0) refuseAssertion('no-expiry');
  const holding = ours.filter(({ data }) => data === undefined || isInside(data, nowSeconds));
  if (holding.length === 0) refuseAssertion('time-window');
  const ends = holding.flatMap(({ data }) => (data?.notOnOrAfter === undefined ? [] : [requireTime(data.notOnOrAfter)]));
  return ends.length < holding.length ? undefined : Math.max(...ends);
}

function isInside(
  window: { readonly notBefore: string | undefined; readonly notOnOrAfter: string | undefined },
  nowSeconds: number,
): boolean {
  const begins = window.notBefore === undefined ? 0 : requireTime(window.notBefore);
  if (nowSeconds + SAML_SKEW_SECONDS < begins) return false;
  return window.notOnOrAfter === undefined || !isOver(requireTime(window.notOnOrAfter), nowSeconds);
}

function isOver(endSeconds: number, nowSeconds: number): boolean {
  return nowSeconds - SAML_SKEW_SECONDS >= endSeconds;
}

/** saml-core-2.0-os section 1.3.3: UTC, with no other zone. */
const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

function requireTime(text: string): number {
  const milliseconds = UTC.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? refuseAssertion('unreadable') : Math.floor(milliseconds / 1000);
}
