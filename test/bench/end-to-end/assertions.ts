// What the identity providers of the bench say of a user, now.

import { randomUUID } from 'node:crypto';
import { signForeignJwt } from '../../support/external-issuer-tokens.ts';
import { assertionXml, attributeXml, bearerConfirmation, conditionsXml, signAssertion, subjectXml } from '../../support/saml-assertions.ts';
import { IDP, ISSUER } from './world.ts';

/** Long enough for a function whose clock is ahead. */
const LIFETIME_SECONDS = 3000;

/** A JWT of the other issuer: `{aud: us}` for the grant, and an access token with scopes for the API. */
export function externalJwt(claims: { readonly aud: string; readonly scope?: string }): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const times = { iat: nowSeconds, exp: nowSeconds + LIFETIME_SECONDS };
  const signer = { kid: IDP.kid, alg: 'RS256', privateKey: IDP.certificate.privateKey };
  const who = { iss: IDP.iss, sub: 'u-1', preferred_username: 'alice', jti: randomUUID() };
  return signForeignJwt(signer, { ...who, ...times, ...claims });
}

/** As the parameter `assertion` takes it (RFC 7522 section 2.1). */
export function samlAssertion(): string {
  const instant = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const [from, until] = [instant(-60), instant(LIFETIME_SECONDS)];
  const id = `_${randomUUID()}`;
  const xml = assertionXml({
    id,
    issuer: IDP.saml,
    attributes: `ID="${id}" IssueInstant="${instant(-1)}" Version="2.0"`,
    subject: subjectXml('alice', bearerConfirmation(`Recipient="${ISSUER}/oauth2/token" NotOnOrAfter="${until}"`)),
    conditions: conditionsXml(
      `<saml:AudienceRestriction><saml:Audience>${ISSUER}</saml:Audience></saml:AudienceRestriction>`,
      `NotBefore="${from}" NotOnOrAfter="${until}"`,
    ),
    statements: `<saml:AttributeStatement>${attributeXml('groups', 'customer')}</saml:AttributeStatement>`,
  });
  return Buffer.from(signAssertion(xml, { certificate: IDP.certificate })).toString('base64url');
}
