// SAML assertions as identity providers write them, unsigned; signed by xml-crypto, so that there is something to attack
// on a machine without xmlsec1; and the world of a tenant that believes them.

import { SignedXml } from 'xml-crypto';
import { openTokenApi, START_SECONDS, type TokenApi, type TokenApiOptions } from './token-api.ts';
import { newCertificate, type TestCertificate } from './x509.ts';

export const IDP = 'https://idp.example/saml';
export const SAML_AUDIENCE = 'https://issuer.example/v1/oauth2/token';
export const SAML_RECIPIENT = 'https://issuer.example/v1/oauth2/token';
export const SAML_BEARER = 'urn:ietf:params:oauth:grant-type:saml2-bearer';

export interface AssertionParts {
  readonly id?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly conditions?: string;
  readonly statements?: string;
  /** Of the document element. */
  readonly attributes?: string;
}

export function instant(secondsFromStart: number): string {
  return new Date((START_SECONDS + secondsFromStart) * 1000).toISOString().replace('.000', '');
}

export const bearerConfirmation = (data = `Recipient="${SAML_RECIPIENT}" NotOnOrAfter="${instant(300)}"`): string =>
  `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData ${data}/></saml:SubjectConfirmation>`;

export const subjectXml = (nameId = 'alice', confirmations = bearerConfirmation()): string =>
  `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">${nameId}</saml:NameID>${confirmations}</saml:Subject>`;

export const conditionsXml = (
  content = `<saml:AudienceRestriction><saml:Audience>${SAML_AUDIENCE}</saml:Audience></saml:AudienceRestriction>`,
  window = `NotBefore="${instant(-60)}" NotOnOrAfter="${instant(300)}"`,
): string => `<saml:Conditions ${window}>${content}</saml:Conditions>`;

export const attributeXml = (name: string, ...values: readonly string[]): string =>
  `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`;

export const STATEMENTS = `<saml:AuthnStatement AuthnInstant="${instant(-30)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${attributeXml('mail', 'alice@example.org')}${attributeXml('groups', 'customer', 'staff')}</saml:AttributeStatement>`;

let nextId = 0;

/** A bare assertion about `alice`, good for five minutes, with the place for a signature after the issuer. */
export function assertionXml(parts: AssertionParts = {}): string {
  const id = parts.id ?? `_a${++nextId}`;
  const issuer = `<saml:Issuer>${parts.issuer ?? IDP}</saml:Issuer>`;
  const attributes = parts.attributes ?? `ID="${id}" IssueInstant="${instant(-1)}" Version="2.0"`;
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ${attributes}>${issuer}${parts.subject ?? subjectXml()}${parts.conditions ?? conditionsXml()}${parts.statements ?? STATEMENTS}</saml:Assertion>`;
}

export const ALGORITHMS = {
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  rsaSha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
} as const;

export interface SigningOptions {
  readonly certificate?: TestCertificate;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  /** What is signed: an XPath. */
  readonly reference?: string;
  /** Puts the certificate into KeyInfo. */
  readonly withKeyInfo?: boolean;
  /** Where the signature goes. */
  readonly location?: { readonly reference: string; readonly action: 'after' | 'append' };
}

/** One RSA certificate of the identity provider for the whole process. */
export const IDP_CERTIFICATE = newCertificate();

/** The document with its signature after the issuer, as an honest identity provider makes it unless told otherwise. */
export function signAssertion(xml: string, options: SigningOptions = {}): string {
  const certificate = options.certificate ?? IDP_CERTIFICATE;
  const signer = new SignedXml({
    privateKey: certificate.privateKeyPem,
    signatureAlgorithm: options.signatureAlgorithm ?? ALGORITHMS.rsaSha256,
    canonicalizationAlgorithm: (options.canonicalization ?? ALGORITHMS.exclusive) as never,
    ...(options.withKeyInfo === true && { publicCert: certificate.pem }),
  });
  signer.addReference({
    xpath: options.reference ?? '/*',
    digestAlgorithm: options.digestAlgorithm ?? ALGORITHMS.sha256,
    transforms: [...(options.transforms ?? [ALGORITHMS.enveloped, ALGORITHMS.exclusive])] as never,
  });
  const location = options.location ?? { reference: "//*[local-name(.)='Issuer']", action: 'after' };
  signer.computeSignature(xml, { prefix: 'ds', location });
  return signer.getSignedXml();
}

export const base64url = (xml: string): string => Buffer.from(xml).toString('base64url');

/** The tenant `my_company` believes the identity provider; the client `saml-app` may use the grant. */
export function openSamlApi(issuer: Readonly<Record<string, unknown>> = {}, options: TokenApiOptions = {}) {
  const api = openTokenApi(options);
  putSamlIssuer(api, 'my_company', issuer);
  const client = { secrets: [{ sha256: SECRET_SHA256 }], grantTypes: [SAML_BEARER, 'refresh_token'], scopes: ['order:write', 'admin'] };
  api.stores.put('Clients', { clientId: 'saml-app', tenant: 'my_company', ...client });
  api.stores.put('Clients', { clientId: 'other-saml-app', tenant: 'other_company', ...client, scopes: [] });
  const redeem = (xml: string, scope?: string, clientId = 'saml-app') =>
    api.token(
      { grant_type: SAML_BEARER, assertion: base64url(xml), ...(scope !== undefined && { scope }) },
      { Authorization: `Basic ${Buffer.from(`${clientId}:secret`).toString('base64')}` },
    );
  return { api, redeem };
}

/** Of `secret`. */
const SECRET_SHA256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';

export function putSamlIssuer(api: TokenApi, tenant: string, issuer: Readonly<Record<string, unknown>> = {}): void {
  api.stores.put('Tenants', {
    tenant,
    entry: `issuer#${IDP}`,
    type: 'saml',
    certificates: [IDP_CERTIFICATE.pem],
    audience: SAML_AUDIENCE,
    recipient: SAML_RECIPIENT,
    claims: { emailaddress: 'mail' },
    rolesAttribute: 'groups',
    ...issuer,
  });
}
