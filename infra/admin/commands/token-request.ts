// A request for a token that works when it is pasted into a shell, once name and password stand in it.

import type { NamedWorkload } from '../workloads/platforms.ts';

export interface AskingClient {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly workload: NamedWorkload | undefined;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
}

const TOKEN_PATH = '/oauth2/token';

export function tokenRequest(tokenUrl: string, client: AskingClient): string {
  const { grantTypes, scopes } = client;
  const form = grantTypes.includes('password')
    ? ["-d 'grant_type=password'", "--data-urlencode 'username=USER'", "--data-urlencode 'password=PASSWORD'"]
    : ["-d 'grant_type=client_credentials'"];
  const scope = scopes.length === 0 ? [] : [`--data-urlencode 'scope=${scopes.join(' ')}'`];
  return ['curl', ...proofOf(client, tokenUrl), ...form, ...scope, `'${tokenUrl}'`].join(' ');
}

function proofOf({ clientId, secret, workload }: AskingClient, tokenUrl: string): readonly string[] {
  const id = `--data-urlencode 'client_id=${clientId}'`;
  if (workload !== undefined) {
    // The issuer is what stands before the path.
    const issuer = tokenUrl.endsWith(TOKEN_PATH) ? tokenUrl.slice(0, -TOKEN_PATH.length) : tokenUrl;
    return [
      id,
      `-d 'client_assertion_type=${workload.assertionType}'`,
      `--data-urlencode "client_assertion=${workload.tokenInShell(issuer)}"`,
    ];
  }
  return [secret === undefined ? id : `-u '${clientId}:${secret}'`];
}
