// Tokens in the shapes that platforms document, for clients that are workloads: AWS STS ("Understanding token claims" of
// the IAM guide), Kubernetes and EKS ("Managing Service Accounts"), GitHub Actions ("OpenID Connect reference"), GitLab CI
// ("OpenID Connect (OIDC) Authentication Using ID Tokens"), and the JWT-SVID specification of SPIFFE.

import { type ForeignSigner, newForeignSigner, signForeignJwt } from './external-issuer-tokens.ts';
import { ISSUER, START_SECONDS } from './token-api.ts';

export const SPIFFE_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe';
export const JWT_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

type Members = Readonly<Record<string, unknown>>;

export interface Platform {
  readonly name: string;
  /** What the client's entry says. */
  readonly workload: { readonly issuer: string; readonly subject: string };
  readonly signer: ForeignSigner;
  /** The key as the platform publishes it. */
  readonly jwk: Members;
  /** Members of the JOSE header beside alg and kid; undefined leaves one out. */
  readonly header: Members;
  readonly lifetimeSeconds: number;
  /** Whether `aud` is a list though there is one. */
  readonly listsAudience: boolean;
  /** Beside iss, sub, aud, iat and exp; undefined leaves one of those out. */
  readonly claims: (nowSeconds: number) => Members;
  readonly assertionType: string;
}

const rsa = newForeignSigner('RS256', 'platform-rsa');
const p256 = newForeignSigner('ES256', 'platform-p256');
const p384 = newForeignSigner('ES384', 'platform-p384');

const AWS = {
  workload: {
    issuer: 'https://abc12345-def4-5678-90ab-cdef12345678.tokens.sts.global.api.aws',
    subject: 'arn:aws:iam::123456789012:role/DataProcessingRole',
  },
  header: { typ: 'JWT' },
  lifetimeSeconds: 900,
  listsAudience: false,
  claims: () => ({
    jti: 'xyz12345-def4-5678-90ab-cdef12345678',
    'https://sts.amazonaws.com/': {
      aws_account: '123456789012',
      source_region: 'us-east-1',
      org_id: 'o-abc1234567',
      ou_path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/',
      principal_tags: { environment: 'production', team: 'data-engineering' },
      lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:process-data',
      request_tags: { 'job-id': 'job-2024-001' },
    },
  }),
  assertionType: JWT_TYPE,
} as const;

const kubernetes = (nowSeconds: number): Members => ({
  nbf: nowSeconds,
  jti: 'ea28ed49-2e11-4280-9ec5-bc3d1d84661a',
  'kubernetes.io': {
    namespace: 'payments',
    node: { name: '127.0.0.1', uid: '58456cb0-dd00-45ed-b797-5578fdceaced' },
    pod: { name: 'invoices-69cbfb9798-jv9gn', uid: '778a530c-b3f4-47c0-9cd5-ab018fb64f33' },
    serviceaccount: { name: 'invoices', uid: 'a087d5a0-e1dd-43ec-93ac-f13d89cd13af' },
    warnafter: nowSeconds + 3607,
  },
});

const github = (nowSeconds: number): Members => ({
  jti: 'example-id',
  ref: 'refs/heads/main',
  sha: 'example-sha',
  repository: 'octo-org/octo-repo',
  repository_owner: 'octo-org',
  actor_id: '12',
  repository_visibility: 'private',
  repository_id: '74',
  repository_owner_id: '65',
  run_id: 'example-run-id',
  run_number: '10',
  run_attempt: '2',
  runner_environment: 'github-hosted',
  actor: 'octocat',
  workflow: 'example-workflow',
  head_ref: '',
  base_ref: '',
  event_name: 'workflow_dispatch',
  ref_type: 'branch',
  job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  nbf: nowSeconds - 600,
});

const gitlab = (nowSeconds: number): Members => ({
  namespace_id: '72',
  namespace_path: 'my-group',
  project_id: '20',
  project_path: 'my-group/my-project',
  user_id: '1',
  user_login: 'sample-user',
  user_email: 'sample-user@example.com',
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  runner_id: 1,
  runner_environment: 'self-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  project_visibility: 'public',
  ci_config_ref_uri: 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
  jti: 'aaa3cd30-d6f4-4bb7-bd0f-2a1fd4e1d0b3',
  nbf: nowSeconds - 5,
});

/** All platforms, and what of each differs from the others. */
export const PLATFORMS: readonly Platform[] = [
  { ...AWS, name: 'AWS STS, RS256', signer: rsa, jwk: rsa.jwk },
  { ...AWS, name: 'AWS STS, ES384', signer: p384, jwk: p384.jwk },
  {
    name: 'EKS',
    workload: {
      issuer: 'https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E',
      subject: 'system:serviceaccount:payments:invoices',
    },
    signer: rsa,
    jwk: rsa.jwk,
    header: { typ: undefined },
    lifetimeSeconds: 86_400,
    listsAudience: true,
    claims: kubernetes,
    assertionType: JWT_TYPE,
  },
  {
    name: 'Kubernetes of one’s own',
    workload: { issuer: 'https://kubernetes.default.svc.cluster.local', subject: 'system:serviceaccount:payments:invoices' },
    signer: rsa,
    jwk: rsa.jwk,
    header: { typ: undefined },
    lifetimeSeconds: 3607,
    listsAudience: true,
    claims: kubernetes,
    assertionType: JWT_TYPE,
  },
  {
    name: 'GitHub Actions',
    workload: { issuer: 'https://token.actions.githubusercontent.com', subject: 'repo:octo-org/octo-repo:ref:refs/heads/main' },
    signer: rsa,
    jwk: { ...rsa.jwk, x5c: ['MIIC'], x5t: '1234' },
    header: { typ: 'JWT', x5t: 'example-thumbprint' },
    lifetimeSeconds: 300,
    listsAudience: false,
    claims: github,
    assertionType: JWT_TYPE,
  },
  {
    name: 'GitHub Actions, subject with ids',
    workload: { issuer: 'https://token.actions.githubusercontent.com', subject: 'repo:octo-org@65/octo-repo@74:environment:prod' },
    signer: rsa,
    jwk: rsa.jwk,
    header: { typ: 'JWT' },
    lifetimeSeconds: 300,
    listsAudience: false,
    claims: (nowSeconds) => ({ ...github(nowSeconds), environment: 'prod' }),
    assertionType: JWT_TYPE,
  },
  {
    name: 'GitLab CI',
    workload: { issuer: 'https://gitlab.example.com', subject: 'project_path:my-group/my-project:ref_type:branch:ref:main' },
    signer: rsa,
    jwk: rsa.jwk,
    header: { typ: 'JWT' },
    lifetimeSeconds: 3600,
    listsAudience: false,
    claims: gitlab,
    assertionType: JWT_TYPE,
  },
  {
    name: 'SPIFFE, a JWT-SVID without iss',
    workload: { issuer: 'spiffe://example.org', subject: 'spiffe://example.org/ns/payments/sa/invoices' },
    signer: p256,
    // As a bundle endpoint publishes it.
    jwk: { ...p256.publicKey.export({ format: 'jwk' }), kid: p256.kid, use: 'jwt-svid' },
    header: { typ: 'JWT' },
    lifetimeSeconds: 300,
    listsAudience: true,
    claims: () => ({ iss: undefined }),
    assertionType: SPIFFE_TYPE,
  },
  {
    name: 'SPIFFE, of a SPIRE that has an issuer',
    workload: { issuer: 'https://oidc-discovery.example.org', subject: 'spiffe://example.org/ns/payments/sa/invoices' },
    signer: p256,
    jwk: p256.jwk,
    header: { typ: 'JOSE' },
    lifetimeSeconds: 300,
    listsAudience: true,
    claims: () => ({}),
    assertionType: SPIFFE_TYPE,
  },
];

export interface WorkloadTokenChanges {
  /** Members of the claims; undefined leaves one out. */
  readonly claims?: Members;
  readonly header?: Members;
  readonly signer?: ForeignSigner;
  /** Default: our issuer. */
  readonly audience?: string;
  /** When it is made. Default: the start of the tests' clock. */
  readonly nowSeconds?: number;
}

/** A token that the platform gives its workload. */
export function workloadToken(platform: Platform, changes: WorkloadTokenChanges = {}): Promise<string> {
  const { audience = ISSUER, nowSeconds = START_SECONDS, signer = platform.signer } = changes;
  const claims = {
    iss: platform.workload.issuer,
    sub: platform.workload.subject,
    aud: platform.listsAudience ? [audience] : audience,
    iat: nowSeconds,
    exp: nowSeconds + platform.lifetimeSeconds,
    ...platform.claims(nowSeconds),
    ...changes.claims,
  };
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return signForeignJwt(signer, Object.fromEntries(present), { ...platform.header, ...changes.header });
}

/** The form that the workload sends; a member that is undefined is left out. */
export function workloadForm(platform: Pick<Platform, 'assertionType'>, token: string, more: Readonly<Record<string, string>> = {}) {
  return { grant_type: 'client_credentials', client_assertion_type: platform.assertionType, client_assertion: token, ...more };
}

export const jwksUriOf = ({ workload }: Pick<Platform, 'workload'>): string =>
  `${workload.issuer.replace('spiffe://', 'https://bundle.')}/keys`;

/** `issuer#` entry for workloads alone. */
export function issuerEntryOf(platform: Platform, tenant: string, changes: Members = {}) {
  const { workload, signer } = platform;
  return {
    tenant,
    entry: `issuer#${workload.issuer}`,
    type: 'jwt',
    jwksUri: jwksUriOf(platform),
    algorithms: [signer.alg],
    use: [] as readonly string[],
    ...changes,
  };
}

export function workloadClient(platform: Platform, clientId: string, tenant: string, changes: Members = {}) {
  return { clientId, tenant, workload: { ...platform.workload }, grantTypes: ['client_credentials'], scopes: ['menu:read'], ...changes };
}
