// Asks the signing-keys function of the stack: it alone reads and writes the private keys, so that an operator needs no
// right to see them. It is found by what it is set up with, since CloudFormation chose its name.

import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { CommandFailed } from '../commands/command.ts';
import { type AskSigningKeys, keysAnswer } from './signing-keys-answer.ts';

/**
 * Region, endpoint and credentials are the SDK's to find.
 *
 * @param secretId of the signing keys
 */
export function createAskSigningKeys(secretId: string): AskSigningKeys {
  let client: LambdaClient | undefined;
  return async (order) => {
    // One try: an order may have been carried out, and its answer lost.
    client ??= new LambdaClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2000, requestTimeout: 130_000, throwOnRequestTimeout: true },
    });
    const FunctionName = await findFunction(client, secretId);
    const { Payload, FunctionError } = await client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(order)) }));
    if (FunctionError !== undefined) throw new CommandFailed(`${FunctionName} failed: its log says why. \`keys list\` says what was done.`);
    const answer = v.safeParse(keysAnswer, parseJson(Buffer.from(Payload ?? []).toString('utf8')));
    if (!answer.success)
      throw new CommandFailed(`${FunctionName} gives an answer that this version does not know: deploy the stack again.`);
    return answer.output;
  };
}

async function findFunction(client: LambdaClient, secretId: string): Promise<string> {
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const found = Functions.find(({ Environment }) => {
      const variables = Environment?.Variables ?? {};
      return isSecret(variables.SIGNING_KEYS_SECRET, secretId) && variables.TENANTS_TABLE === undefined;
    });
    if (found?.FunctionName !== undefined) return found.FunctionName;
  }
  throw new CommandFailed(`No function here keeps the keys of ${secretId}: is it another stack, region or account?`);
}

/** Whether a function's setting, a name or a whole ARN, is of this secret. */
function isSecret(setting: string | undefined, secretId: string): boolean {
  if (setting === undefined || setting === secretId) return setting === secretId;
  return /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(setting)?.[1] === secretId;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
