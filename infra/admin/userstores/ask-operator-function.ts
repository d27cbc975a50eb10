// Asks the operator function of the stack. It is there where the construct was asked for it; an output of the stack has its
// name, and where there is none, it is found by what it is set up with, since CloudFormation chose its name.

import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { CommandFailed, type Operator } from '../commands/command.ts';
import { EXIT } from '../commands/exit-codes.ts';
import { type Asked, type OperatorRequest, operatorAnswer } from './operator-answer.ts';

interface Options extends Pick<Operator, 'findStackOutputs' | 'tenantSecretsPrefix'> {}

const NO_FUNCTION =
  'The stack has no operator function, which would ask from inside its network. Deploy it with operatorFunction: true ' +
  '(-c gatehouse=\'{"operatorFunction":true}\'), or ask from this machine with --from-here, which sees what this machine sees.';

/** Region, endpoint and credentials are the SDK's to find. */
export async function askOperatorFunction({ findStackOutputs, tenantSecretsPrefix }: Options, request: OperatorRequest): Promise<Asked> {
  // One try: a password may have been tried, and the answer lost.
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 70_000, throwOnRequestTimeout: true },
  });
  try {
    const FunctionName = (await findStackOutputs())?.OperatorFunctionName ?? (await findFunction(client, tenantSecretsPrefix));
    if (FunctionName === undefined) throw new CommandFailed(NO_FUNCTION);
    const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
    const { Payload, FunctionError } = await client.send(command).catch((cause: unknown) => {
      // An output of a stack that has been changed by hand.
      if (cause instanceof Error && cause.name === 'ResourceNotFoundException') throw new CommandFailed(NO_FUNCTION);
      throw cause;
    });
    // What it says of itself may quote what it was given.
    if (FunctionError !== undefined) throw new CommandFailed(`${FunctionName} failed: its log says why.`, EXIT.outage);
    const answer = v.safeParse(operatorAnswer, parseJson(Buffer.from(Payload ?? []).toString('utf8')));
    if (!answer.success)
      throw new CommandFailed(`${FunctionName} gives an answer that this version does not know: deploy the stack again.`);
    return { answer: answer.output, from: `from the function ${FunctionName}` };
  } finally {
    client.destroy();
  }
}

/** The one that has the tenants' secrets of the stack, and signs nothing. */
async function findFunction(client: LambdaClient, tenantSecretsPrefix: string): Promise<string | undefined> {
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const found = Functions.find(({ Environment }) => {
      const { TENANT_SECRETS_PREFIX, ISSUER } = Environment?.Variables ?? {};
      return TENANT_SECRETS_PREFIX === tenantSecretsPrefix && ISSUER === undefined;
    });
    if (found?.FunctionName !== undefined) return found.FunctionName;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
