// How a Keycloak client proves itself, as attributes of a client entry.

import type { Item } from '../../../../functions/storage/aws/dynamodb.ts';
import { digestOf } from '../client-secret.ts';
import { listIn, type Members, membersOf, textIn } from '../documents.ts';
import type { ImportReport } from '../imported.ts';

/** The issuer of each identity provider of the realm, by its alias. */
export type ProviderIssuers = ReadonlyMap<string, string>;

/** `trustDomain` is what SPIFFE has in place of an issuer. */
export function readProviderIssuers(realm: Members): ProviderIssuers {
  return new Map(
    listIn(realm.identityProviders)
      .map(membersOf)
      .flatMap(({ alias, config }) => {
        const issuer = textIn(membersOf(config).issuer) ?? textIn(membersOf(config).trustDomain);
        return typeof alias === 'string' && issuer !== undefined ? [[alias, issuer] as const] : [];
      }),
  );
}

export interface ClientToImport {
  readonly client: Members;
  readonly attributes: Members;
  /** What the report calls it. */
  readonly of: string;
}

export function importAuthentication({ client, attributes, of }: ClientToImport, issuers: ProviderIssuers, report: ImportReport): Item {
  if (client.publicClient === true) return { authMethods: ['none'] };
  const method = textIn(client.clientAuthenticatorType) ?? 'client-secret';
  if (method === 'client-jwt') return importKeys(attributes, of, report);
  if (method === 'client-x509') {
    report.lost(of, `certificate: write tlsSubjectDn of its entry by hand; Keycloak has ${textIn(attributes['x509.subjectdn']) ?? 'none'}`);
    return { authMethods: ['tls_client_auth'], tlsSubjectDn: textIn(attributes['x509.subjectdn']) ?? 'CN=to-be-written' };
  }
  if (method === 'federated-jwt') return importWorkload(attributes, issuers, of, report);
  if (method !== 'client-secret') {
    report.lost(of, `authentication ${method}: there is none of this name; client add-secret ${String(client.clientId)} makes a secret`);
    return {};
  }
  return importSecret(client, of, report);
}

function importSecret(client: Members, of: string, report: ImportReport): Item {
  const secret = textIn(client.secret);
  // A partial export has asterisks in its place.
  if (secret === undefined || /^\*+$/.test(secret)) {
    report.lost(of, `secret: the export has none. client add-secret ${String(client.clientId)} makes one, or export with kc.sh export`);
    return {};
  }
  const { sha256, says } = digestOf(secret);
  report.kept(of, says);
  return { secrets: [{ sha256 }] };
}

function importKeys(attributes: Members, of: string, report: ImportReport): Item {
  const jwksUri = attributes['use.jwks.url'] === 'true' ? textIn(attributes['jwks.url']) : undefined;
  report.changed(of, 'private_key_jwt: the audience of its assertions is the issuer alone; legacyAssertionAudience says otherwise');
  if (jwksUri !== undefined) return { authMethods: ['private_key_jwt'], jwksUri };
  report.lost(of, 'key: the export has a certificate and no jwks.url. Write jwks or jwksUri of its entry by hand');
  return { authMethods: ['private_key_jwt'], jwks: { keys: [] } };
}

/** `Signed JWT issued by an identity provider` of Keycloak 26.4 and later. */
function importWorkload(attributes: Members, issuers: ProviderIssuers, of: string, report: ImportReport): Item {
  const alias = textIn(attributes['jwt.credential.issuer']) ?? '';
  const issuer = issuers.get(alias);
  const subject = textIn(attributes['jwt.credential.sub']);
  if (issuer === undefined || subject === undefined) {
    report.lost(
      of,
      `workload: the export does not say the issuer of the identity provider ${alias || '?'}. Write workload of its entry by hand`,
    );
    return {};
  }
  report.changed(of, `workload: its platform must be asked for a token for our issuer; write issuer#${issuer} with "use": []`);
  return { authMethods: ['private_key_jwt'], workload: { issuer, subject } };
}
