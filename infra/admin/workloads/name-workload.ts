// The workload that options of `client create` name.

import { CommandFailed, type Operator, type Option, type Options, textOption, UsageFailed } from '../commands/command.ts';
import { type NamedWorkload, PLATFORMS } from './platforms.ts';

export const WORKLOAD_OPTIONS: Readonly<Record<string, Option>> = {
  workload: { type: 'string', takes: 'SUBJECT', explains: 'it is the workload of this sub, and has no secret; --issuer says whose' },
  'aws-role': { type: 'string', takes: 'ARN', explains: 'it is this IAM role, by AWS STS; --issuer is the account’s' },
  kubernetes: { type: 'string', takes: 'NAMESPACE/SERVICEACCOUNT', explains: 'it is this service account; --issuer is the cluster’s' },
  github: { type: 'string', takes: 'OWNER/REPOSITORY', explains: 'it is a GitHub workflow on --ref or in --environment' },
  gitlab: { type: 'string', takes: 'GROUP/PROJECT', explains: 'it is a GitLab job on --ref' },
  spiffe: { type: 'string', takes: 'SPIFFE_ID', explains: 'it is this SPIFFE ID' },
  issuer: {
    type: 'string',
    takes: 'URL',
    explains: 'iss of the workload’s tokens; else that of github.com, gitlab.com or the trust domain',
  },
  ref: { type: 'string', explains: 'a branch, or refs/tags/… for a tag' },
  environment: { type: 'string', explains: 'an environment of the GitHub repository' },
};

/** @throws UsageFailed where several are named, or an option is there that means nothing */
export function nameWorkload(options: Options): NamedWorkload | undefined {
  const [named, ...more] = [...PLATFORMS].filter(([option]) => options[option] !== undefined);
  if (more.length > 0) throw new UsageFailed(`--${named?.[0]} and --${more[0]?.[0]}: a client is one workload.`);
  const of = { issuer: textOption(options, 'issuer'), ref: textOption(options, 'ref'), environment: textOption(options, 'environment') };
  const unread = Object.entries(of).find(([, value]) => value !== undefined)?.[0];
  if (named === undefined) {
    if (unread !== undefined)
      throw new UsageFailed(`--${unread} means nothing without ${[...PLATFORMS.keys()].map((option) => `--${option}`).join(', ')}.`);
    return undefined;
  }
  const [option, read] = named;
  for (const name of ['ref', 'environment'] as const) {
    const isRead = option === 'github' || (option === 'gitlab' && name === 'ref');
    if (of[name] !== undefined && !isRead) throw new UsageFailed(`--${name} means nothing with --${option}.`);
  }
  if (options.public === true) throw new UsageFailed(`--public and --${option}: a workload proves who it is.`);
  return read(textOption(options, option) ?? '', of);
}

/** @throws CommandFailed where the tenant has no issuer entry of this name, which the client could not do without */
export async function requireIssuerEntry(
  { tables }: Pick<Operator, 'tables'>,
  tenant: string,
  { issuer, keys }: NamedWorkload,
): Promise<void> {
  const entry = `issuer#${issuer}`;
  if ((await tables.get('Tenants', { tenant, entry })) !== undefined) return;
  const { jwksUri = 'JWKS_URI', algorithms } = keys;
  const attributes = JSON.stringify({ type: 'jwt', jwksUri, algorithms, use: [] });
  const where =
    keys.jwksUri === undefined
      ? '\nJWKS_URI is where its keys are: jwks_uri of its /.well-known/openid-configuration, or the bundle endpoint of a trust domain.'
      : '';
  throw new CommandFailed(
    `Tenants, ${tenant} / ${entry}: is not there, so that nobody could prove to be the workload. Write it first:\necho '${attributes}' | gatehouse issuer put ${tenant} ${issuer} -${where}`,
  );
}
