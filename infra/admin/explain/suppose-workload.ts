// What a client that is a workload would be told if its platform's token were right: the token API's own code is asked,
// with a token that only this try has.

import type { Client } from '../../../functions/configuration/model.ts';
import type { ExternalJwtVerifier } from '../../../functions/external-issuers/external-jwt.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { verifyWorkload } from '../../../functions/token/client-authentication/workload.ts';
import type { ExplainDependencies } from './explain-dependencies.ts';

/** Believes the token: its keys may be where no operator gets to, and only its platform can make one. */
const BELIEVING: ExternalJwtVerifier = {
  async verify({ unverifiedClaims: claims, unverifiedIssuer }) {
    const nothing = { jti: undefined, issuedAtSeconds: undefined, expiresAtSeconds: 0, keyFingerprint: '' };
    return { kind: 'verified', jwt: { ...nothing, claims, issuer: unverifiedIssuer ?? '', subject: undefined } };
  },
};

/** The reason why no token of its workload lets the client in; undefined: none, or it has another proof. */
export async function findWorkloadRefusal(
  { tenants, workloads }: Pick<ExplainDependencies, 'tenants' | 'workloads'>,
  client: Client | undefined,
  { issuer, note }: { readonly issuer: string; readonly note: (text: string) => void },
): Promise<string | undefined> {
  if (client?.workload === undefined) return undefined;
  const { issuer: iss, subject: sub } = client.workload;
  note(`The client is a workload of ${iss}: that its token is right, and for ${issuer} alone, is taken for granted.`);
  const jwt = { token: '', alg: 'RS256', kid: undefined, typ: null, unverifiedIssuer: iss, unverifiedClaims: { iss, sub } } as const;
  try {
    const checked = await verifyWorkload({ tenants, workloads, externalJwts: BELIEVING, issuer }, client, { jwt, isSpiffe: false });
    if (checked.kind === 'verified') return undefined;
    if (client.secrets.length === 0 && client.jwks === undefined && client.jwksUri === undefined) return checked.reason;
    note(`By its workload it gets nothing (${checked.reason}); it has a secret or keys besides.`);
  } catch (error) {
    if (!(error instanceof Unavailable) || error.reason !== 'access-denied') throw error;
    note('Not looked at, for want of a right to read the whole Clients table: whether another client claims the workload.');
  }
  return undefined;
}
