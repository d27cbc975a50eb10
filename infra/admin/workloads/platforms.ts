// The platforms that give their workloads a token, as their own documentation describes it: what stands in `sub`, where the
// keys are, and how a shell gets one.

import { UsageFailed } from '../commands/command.ts';

/** A workload as an operator names it. */
export interface NamedWorkload {
  readonly issuer: string;
  readonly subject: string;
  /** What `client_assertion_type` says. */
  readonly assertionType: string;
  /** What a shell puts in place of the token. @param audience our issuer, which stands between single quotes */
  readonly tokenInShell: (audience: string) => string;
  /** Attributes of an `issuer#` entry for it; undefined: where the keys are is not the platform's to say. */
  readonly keys: { readonly jwksUri: string | undefined; readonly algorithms: readonly string[] };
  /** What is to be known of it before it fails. */
  readonly note?: string;
}

/** How a platform reads what stands behind its option. */
export type ReadPlatform = (
  value: string,
  of: { readonly issuer?: string | undefined; readonly ref?: string | undefined; readonly environment?: string | undefined },
) => NamedWorkload;

const JWT = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const SPIFFE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe';

const requireForm = (option: string, value: string, form: RegExp, expected: string): void => {
  if (!form.test(value)) throw new UsageFailed(`--${option} must be ${expected}.`);
};

function requireIssuer(option: string, issuer: string | undefined, which: string): string {
  if (issuer === undefined) throw new UsageFailed(`--issuer is missing, which --${option} needs: ${which}.`);
  return issuer;
}

/** IAM guide, "Understanding token claims" and "Getting started with outbound identity federation". */
const awsRole: ReadPlatform = (arn, { issuer }) => {
  requireForm(
    'aws-role',
    arn,
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/,
    'the ARN of an IAM role: arn:aws:iam::123456789012:role/invoices',
  );
  const by = requireIssuer('aws-role', issuer, 'aws iam get-outbound-web-identity-federation-info shows the one of the account');
  return {
    issuer: by,
    subject: arn,
    assertionType: JWT,
    keys: { jwksUri: `${by}/.well-known/jwks.json`, algorithms: ['RS256', 'ES384'] },
    tokenInShell: (audience) =>
      `$(aws sts get-web-identity-token --audience '${audience}' --signing-algorithm ES384 --duration-seconds 300 --query WebIdentityToken --output text)`,
  };
};

/** Kubernetes, "Managing Service Accounts" and "Service account issuer discovery". */
const kubernetes: ReadPlatform = (account, { issuer }) => {
  requireForm(
    'kubernetes',
    account,
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'NAMESPACE/SERVICEACCOUNT',
  );
  const by = requireIssuer('kubernetes', issuer, 'iss of its tokens; kubectl get --raw /.well-known/openid-configuration shows it');
  const [namespace = '', name = ''] = account.split('/');
  const isEks = /^https:\/\/oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\//.test(by);
  return {
    issuer: by,
    subject: `system:serviceaccount:${namespace}:${name}`,
    assertionType: JWT,
    keys: { jwksUri: isEks ? `${by}/keys` : undefined, algorithms: ['RS256'] },
    tokenInShell: (audience) => `$(kubectl create token '${name}' --namespace '${namespace}' --audience '${audience}')`,
  };
};

/** A bare name is a branch. */
function parseRef(option: string, ref: string): { readonly type: 'branch' | 'tag'; readonly name: string; readonly whole: string } {
  requireForm('ref', ref, /^[^\s*?~^:\\\p{Cc}]{1,255}$/u, 'a branch, or refs/heads/… or refs/tags/…');
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind !== undefined) return { type: kind === 'tags' ? 'tag' : 'branch', name, whole: ref };
  if (ref.startsWith('refs/')) throw new UsageFailed(`--ref of --${option} must be a branch or a tag.`);
  return { type: 'branch', name: ref, whole: `refs/heads/${ref}` };
}

/** GitHub, "OpenID Connect reference": subjects of branches, tags and environments. */
const github: ReadPlatform = (repository, { issuer = 'https://token.actions.githubusercontent.com', ref, environment }) => {
  requireForm(
    'github',
    repository,
    /^[A-Za-z0-9-]{1,39}(@\d+)?\/[A-Za-z0-9._-]{1,100}(@\d+)?$/,
    'OWNER/REPOSITORY, or with ids OWNER@123/REPOSITORY@456',
  );
  if ((ref === undefined) === (environment === undefined)) throw new UsageFailed('--github needs --ref or --environment, and not both.');
  // What GitHub writes in place of a colon, so that nobody names an environment into another part of the subject.
  const where =
    environment === undefined ? `ref:${parseRef('github', ref ?? '').whole}` : `environment:${environment.replaceAll(':', '%3A')}`;
  const hasIds = repository.split('@').length === 3;
  return {
    issuer,
    subject: `repo:${repository}:${where}`,
    assertionType: JWT,
    keys: { jwksUri: `${issuer}/.well-known/jwks`, algorithms: ['RS256'] },
    tokenInShell: (audience) =>
      `$(curl -sS -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}" | jq -r .value)`,
    ...(!hasIds && {
      note: 'Subjects of repositories that were made or renamed since 15 July 2026 hold ids: repo:OWNER@123/REPOSITORY@456:… A repository may also have a subject of its own making. Compare with sub of a token of this workflow.',
    }),
  };
};

/** GitLab, "OpenID Connect (OIDC) Authentication Using ID Tokens". */
const gitlab: ReadPlatform = (project, { issuer = 'https://gitlab.com', ref }) => {
  requireForm('gitlab', project, /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/, 'GROUP/PROJECT');
  if (ref === undefined) throw new UsageFailed('--gitlab needs --ref: the branch or tag whose jobs it is.');
  const { type, name } = parseRef('gitlab', ref);
  return {
    issuer,
    subject: `project_path:${project}:ref_type:${type}:ref:${name}`,
    assertionType: JWT,
    keys: { jwksUri: `${issuer}/oauth/discovery/keys`, algorithms: ['RS256'] },
    // The name under id_tokens of the job.
    tokenInShell: () => '$GATEHOUSE_ID_TOKEN',
  };
};

/** SPIFFE-ID and JWT-SVID specifications. */
const spiffe: ReadPlatform = (id, { issuer }) => {
  requireForm(
    'spiffe',
    id,
    /^spiffe:\/\/[a-z0-9._-]{1,255}(\/[A-Za-z0-9._-]+)+$/,
    'a SPIFFE ID: spiffe://example.org/ns/payments/sa/invoices',
  );
  return {
    issuer: issuer ?? id.split('/').slice(0, 3).join('/'),
    subject: id,
    assertionType: SPIFFE,
    keys: { jwksUri: undefined, algorithms: ['ES256', 'RS256'] },
    tokenInShell: (audience) =>
      `$(spire-agent api fetch jwt -audience '${audience}' -spiffeID '${id}' -output json | jq -r '.[0].svids[0].svid')`,
  };
};

/** Any other: subject and issuer as they stand in its tokens. */
const workload: ReadPlatform = (subject, { issuer }) => ({
  issuer: requireIssuer('workload', issuer, 'iss of its tokens'),
  subject,
  assertionType: JWT,
  keys: { jwksUri: undefined, algorithms: ['RS256'] },
  tokenInShell: () => '$WORKLOAD_TOKEN',
});

/** By the option that names a workload of it. */
export const PLATFORMS: ReadonlyMap<string, ReadPlatform> = new Map([
  ['workload', workload],
  ['aws-role', awsRole],
  ['kubernetes', kubernetes],
  ['github', github],
  ['gitlab', gitlab],
  ['spiffe', spiffe],
]);
