// A role of AWS as a client without a secret: the token that STS gives whoever asks these questions, taken by the token function.

import type { Question } from './question.ts';
import { sendAssertion } from './requests.ts';
import { NO_AWS_CLI, type RunAws, SETTLE_WORKLOAD, type SettleTargets, type StsWorkload } from './targets.ts';

const LIFETIME_SECONDS = '900';

/** Undefined: the account does not give any, or whoever asks may not have one. @param issuer ours, which the token is for */
export async function requestStsToken(aws: RunAws, issuer: string): Promise<StsWorkload | undefined> {
  const asked = ['--audience', issuer, '--signing-algorithm', 'ES384', '--duration-seconds', LIFETIME_SECONDS];
  try {
    const { WebIdentityToken: token } = (await aws(['sts', 'get-web-identity-token', ...asked])) as Readonly<Record<string, unknown>>;
    if (typeof token !== 'string') return undefined;
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { iss, sub } = claims as Readonly<Record<string, unknown>>;
    return typeof iss === 'string' && typeof sub === 'string' ? { issuer: iss, subject: sub, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Of the one who asks, with the entries of `settle-entries.ts`, which know issuer and subject from the token. */
export function workloadQuestions({ tokenUrl, aws, workload }: SettleTargets): readonly Question[] {
  const missing = aws === undefined ? NO_AWS_CLI : 'STS gives no token here; once: aws iam enable-outbound-web-identity-federation';
  return [
    {
      id: 'workload-sts-subject',
      question: 'the subject of a token of STS is the ARN of a role or user, not of a session',
      assumed: 'yes',
      breaks: 'client create --aws-role writes entries that no token has the subject of. Say --workload with what the token says.',
      missing: workload === undefined ? missing : undefined,
      observe: async () => (/^arn:[^:]+:iam::\d{12}:(role|user)\//.test(workload?.subject ?? '') ? 'yes' : 'no'),
    },
    {
      id: 'workload-sts',
      question: 'a token of STS, for our issuer alone and with its key at /.well-known/jwks.json, authenticates a client',
      assumed: '200',
      breaks: 'Roles of AWS can’t be clients as the page of workloads says. The reason is in the log line token-request.',
      missing: workload === undefined ? missing : undefined,
      observe: async () => String((await sendAssertion({ tokenUrl }, workload?.token ?? '', SETTLE_WORKLOAD)).status),
    },
  ];
}
