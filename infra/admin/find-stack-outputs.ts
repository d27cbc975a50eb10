// The outputs of the deployed stack, by CloudFormation ("DescribeStacks", AWS CloudFormation API Reference): its addresses,
// and the ids of APIs.

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/**
 * Region, endpoint and credentials are the SDK's to find.
 *
 * @returns undefined where there is no such stack, the operator has no right to see it, or nothing answers
 */
export function createFindStackOutputs(ownStack: string): (stackName?: string) => Promise<Readonly<Record<string, string>> | undefined> {
  const found = new Map<string, Promise<Readonly<Record<string, string>> | undefined>>();
  return (stackName = ownStack) => {
    const outputs = found.get(stackName) ?? findOutputs(stackName);
    found.set(stackName, outputs);
    return outputs;
  };
}

async function findOutputs(StackName: string): Promise<Readonly<Record<string, string>> | undefined> {
  const client = new CloudFormationClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.flatMap(({ OutputKey, OutputValue }) => (OutputKey && OutputValue ? [[OutputKey, OutputValue]] : [])),
    );
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
