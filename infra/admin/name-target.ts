// Says where something is about to be written: account, region and stack.

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

export interface AwsPlace {
  readonly region: string;
  /** Undefined: it could not be found out. */
  readonly account: string | undefined;
  /** Who the operator is. Undefined: as above. */
  readonly arn: string | undefined;
}

/** Region and credentials are the SDK's to find. Nobody needs a right for it ("GetCallerIdentity", AWS STS API Reference). */
export async function findAwsPlace(): Promise<AwsPlace> {
  const client = new STSClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  const region = await client.config.region();
  try {
    const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}));
    return { region, account: Account, arn: Arn };
  } catch {
    // A network may let nothing but the tables be reached: in an incident that must keep nobody from ending something.
    return { region, account: undefined, arn: undefined };
  } finally {
    client.destroy();
  }
}

export function wordsOfPlace({ region, account }: Omit<AwsPlace, 'arn'>, stackName: string): string {
  return `AWS account ${account ?? '(STS does not say which)'}, region ${region}, stack ${stackName}`;
}
