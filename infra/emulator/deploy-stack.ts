// Makes what the template says, in the order in which one thing needs the other: secrets, functions and their URLs,
// tables, custom resources.

import type { Closers } from './closers.ts';
import { createTables, localDynamoDbClient } from './dynamodb/open-dynamodb.ts';
import { createCustomResources } from './functions/custom-resource.ts';
import { openFunctionUrls } from './functions/open-function-urls.ts';
import { type FunctionSurroundings, type LocalFunctions, readFunctions } from './functions/read-functions.ts';
import type { Services } from './open-services.ts';
import { createSecrets } from './secrets-manager/create-secrets.ts';
import type { Template } from './template/read-template.ts';

export interface Terminal {
  /** Gets every line that a function or the gateway writes. */
  readonly writeLine: (source: string, line: string) => void;
  readonly report: (line: string) => void;
}

export interface StackDeployment {
  readonly template: Template;
  /** Directories of the stack's assets, by object key. */
  readonly assets: ReadonlyMap<string, string>;
  readonly services: Services;
  readonly terminal: Terminal;
  /** Gets what can't be run here, and why. Absent: that is an error. */
  readonly passOver?: FunctionSurroundings['passOver'];
  readonly rewrite?: FunctionSurroundings['rewrite'];
  /** Functions of the stacks that were deployed before. Absent: there are none. */
  readonly earlier?: Pick<LocalFunctions, 'find' | 'all'>;
}

/** @throws Error where something of the template can't be made */
export async function deployStack(deployment: StackDeployment, { keep }: Closers): Promise<LocalFunctions> {
  const { template, assets, services, terminal, passOver, rewrite, earlier } = deployment;
  const { writeLine, report } = terminal;
  createSecrets(template, services.vault);
  const functions = keep(
    readFunctions(template, assets, {
      variables: services.endpoints,
      writeLine,
      ...(passOver !== undefined && { passOver }),
      ...(rewrite !== undefined && { rewrite }),
    }),
  );
  const find = (nameOrArn: string) => functions.find(nameOrArn) ?? earlier?.find(nameOrArn);
  services.offer({ find, all: [...functions.all, ...(earlier?.all ?? [])] });
  for (const listener of await openFunctionUrls(template, { find }, report, passOver)) keep(listener);
  const client = localDynamoDbClient(services.dynamoDbPort, template.deployment.region);
  try {
    await createTables(template, client);
    await createCustomResources(template, { find }, report, passOver);
  } finally {
    client.destroy();
  }
  // Functions that answer callers are started at once; that of a custom resource has done its work.
  const done = new Set(template.resources('Custom::').map(({ properties }) => properties.ServiceToken));
  await Promise.all(functions.all.filter(({ arn }) => !done.has(arn)).map((each) => each.warm()));
  return functions;
}
