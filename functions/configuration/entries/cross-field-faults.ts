// Cross-field faults: attributes of an entry that need one another, exclude one another, or hold keys that nobody should
// believe. An operator learns of them before a user does.

import { findAlgorithm } from '../../keys/algorithms.ts';
import { parseSubject } from '../../keys/certificate-subject.ts';
import { parseCertificate } from '../../keys/public-key.ts';
import type { EntryFault } from './entry-fault.ts';
import type { Entry, EntryKind } from './index.ts';
import { inlineKeyFaults } from './inline-keys.ts';
import type { JwtIssuerEntry } from './issuer-entry.ts';
import { ldapCrossFieldFaults } from './ldap-userstore-entry.ts';
import { restCrossFieldFaults } from './rest-userstore-entry.ts';
import { lookupCrossFieldFaults } from './templated-userstore-entry.ts';

type Check<K extends EntryKind> = (entry: Entry<K>) => readonly (EntryFault | false)[];

const fault = (path: string, expected: string): EntryFault => ({ path, expected });

const CHECKS: { readonly [K in EntryKind]?: Check<K> } = {
  tenant: ({ clientDocuments, issuer }) => [
    clientDocuments !== undefined &&
      issuer !== 'own' &&
      fault(
        'clientDocuments',
        '"issuer": "own" beside it: the URL of a client does not say for which tenant it comes, only the issuer does',
      ),
  ],
  api: (entry) => [
    entry.discovery !== undefined && entry.resource === undefined && fault('resource', 'the URI of the API, which discovery needs'),
  ],
  userstore: (entry) => {
    if (entry.type === 'ldap') return ldapCrossFieldFaults(entry);
    if (entry.type === 'lambda') return lookupCrossFieldFaults(entry);
    return [
      ...restCrossFieldFaults(entry),
      urlFault('url', entry.url, entry.allowPlaintext),
      entry.lookup !== undefined && urlFault('lookup.url', entry.lookup.url, entry.allowPlaintext),
    ];
  },
  issuer: (entry) =>
    entry.type === 'jwt'
      ? [...jwtIssuerFaults(entry), ...audienceFaults(entry)]
      : entry.certificates.map((pem, at) => certificateFault(`certificates.${at}`, pem, XML_SIGNATURE_ALGORITHMS)),
  client: (entry) => [
    ...privateKeyJwtFaults(entry),
    entry.authMethods.includes('tls_client_auth') &&
      entry.tlsSubjectDn === undefined &&
      fault('tlsSubjectDn', 'a subject DN, which tls_client_auth needs'),
    entry.tlsSubjectDn !== undefined &&
      parseSubject(entry.tlsSubjectDn) === undefined &&
      fault('tlsSubjectDn', 'a distinguished name as in RFC 4514, such as CN=app,O=Example,C=US'),
    entry.workload !== undefined && entry.authMethods.includes('none') && fault('authMethods', 'no none beside a workload'),
    entry.authMethods.length === 0 && fault('authMethods', 'at least one method'),
    // RFC 9700 section 2.4 and RFC 6749 section 4.4: who can't prove who it is gets neither.
    ...(['password', 'client_credentials'] as const).map(
      (grant) =>
        entry.grantTypes.includes(grant) &&
        entry.authMethods.every((method) => method === 'none') &&
        fault('grantTypes', `no ${grant} for a client whose only method is none`),
    ),
  ],
};

function jwtIssuerFaults(entry: JwtIssuerEntry): readonly (EntryFault | false)[] {
  const { certificates } = entry;
  return [
    (entry.jwksUri === undefined) === (certificates === undefined) && fault('jwksUri', 'exactly one of jwksUri and certificates'),
    entry.jwksUri !== undefined && urlFault('jwksUri', entry.jwksUri, entry.allowPlaintext),
    certificates !== undefined && Object.keys(certificates).length === 0 && fault('certificates', 'at least one certificate'),
    ...Object.entries(certificates ?? {}).map(([kid, pem]) => certificateFault(`certificates.${kid}`, pem, entry.algorithms)),
    entry.algorithms.length === 0 && fault('algorithms', 'at least one algorithm'),
  ];
}

/** A token for an API must not be one for the token endpoint too (A103). */
function audienceFaults({ audiences, clientIds, use }: JwtIssuerEntry): readonly (EntryFault | false)[] {
  const isForAssertions = use.includes('jwt-bearer');
  const isShared = isForAssertions && new Set(use).size > 1;
  // For workloads alone, whose only audience is our issuer: a list here would be a restriction that nobody reads.
  if (use.length === 0)
    return [
      audiences !== undefined && fault('audiences', 'none where use is empty'),
      clientIds !== undefined && fault('clientIds', 'none where use is empty'),
    ];
  return [
    (audiences === undefined) === (clientIds === undefined) && fault('audiences', 'exactly one of audiences and clientIds'),
    clientIds !== undefined && isForAssertions && fault('use', 'no jwt-bearer with clientIds: an assertion names its audience'),
    isShared &&
      audiences !== undefined &&
      new Set(audiences).size < 2 &&
      fault('audiences', 'one for each use: for jwt-bearer our issuer or the URL of the token endpoint, for access tokens another'),
  ];
}

function privateKeyJwtFaults(entry: Entry<'client'>): readonly (EntryFault | false)[] {
  const isKeyless = entry.jwks === undefined && entry.jwksUri === undefined && entry.workload === undefined;
  return [
    entry.jwks !== undefined && entry.jwksUri !== undefined && fault('jwks', 'at most one of jwks and jwksUri'),
    entry.authMethods.includes('private_key_jwt') && isKeyless && fault('jwks', 'jwks or jwksUri, one of which private_key_jwt needs'),
    ...(entry.jwks !== undefined && entry.jwksUri === undefined ? inlineKeyFaults(entry.jwks) : []),
    entry.jwksUri !== undefined && urlFault('jwksUri', entry.jwksUri, false),
  ];
}

function urlFault(path: string, url: string, allowPlaintext: boolean): EntryFault | false {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'https:' || (protocol === 'http:' && allowPlaintext)) return false;
  return fault(path, protocol === 'http:' ? 'an https URL' : 'a URL');
}

/** What `token/saml` checks: RSA alone. */
const XML_SIGNATURE_ALGORITHMS = ['RS256', 'RS512', 'PS256'];

/** @param algorithms of which the key must be able to verify one, or it would never verify anything */
function certificateFault(path: string, pem: string, algorithms: readonly string[]): EntryFault | false {
  const certificate = parseCertificate(pem);
  if ('fault' in certificate) return fault(path, certificate.fault);
  const isUsable = algorithms.some((name) => certificate.algorithms.some((algorithm) => algorithm === findAlgorithm(name)));
  return !isUsable && fault(path, `a key for ${algorithms.join(' or ')}`);
}

/** The faults of an entry whose attributes are well formed one by one. */
export function crossFieldFaults<K extends EntryKind>(kind: K, entry: unknown): readonly EntryFault[] {
  const check = CHECKS[kind] as Check<K> | undefined;
  return check === undefined ? [] : check(entry as Entry<K>).filter((found) => found !== false);
}
