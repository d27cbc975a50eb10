// Makes what the template says, in the order in which one thing needs the other: secrets, functions and their URLs,
// tables, custom resources.

import type { Assembly } from '../local/synthesise.ts';
import type { Closers } from './closers.ts';
import { createTables, localDynamoDbClient } from './dynamodb/open-dynamodb.ts';
import { createCustomResources } from './functions/custom-resource.ts';
import { openFunctionUrls } from './functions/open-function-urls.ts';
import { type LocalFunctions, readAssets, readFunctions } from './functions/read-functions.ts';
import type { Services } from './open-services.ts';
import { createSecrets } from './secrets-manager/create-secrets.ts';
import type { Template } from './template/read-template.ts';

export interface Terminal {
  /** Gets every line that a function or the gateway writes. */
  readonly writeLine: (source: string, line: string) => void;
  readonly report: (line: string) => void;
}

/** @throws Error where something of the template can't be made */
export async function deployStack(
  template: Template,
  assembly: Assembly,
  services: Services,
  { writeLine, report }: Terminal,
  { keep }: Closers,
): Promise<LocalFunctions> {
  const { stackName, region } = template.deployment;
  createSecrets(template, services.vault);
  const functions = keep(readFunctions(template, readAssets(assembly.directory, stackName), { variables: services.endpoints, writeLine }));
  services.offer(functions);
  for (const listener of await openFunctionUrls(template, functions, report)) keep(listener);
  const client = localDynamoDbClient(services.dynamoDbPort, region);
  try {
    await Promise.all([createTables(template, client), createCustomResources(template, functions, report)]);
  } finally {
    client.destroy();
  }
  // Functions that answer callers are started at once; that of a custom resource has done its work.
  const done = new Set(template.resources('Custom::').map(({ properties }) => properties.ServiceToken));
  await Promise.all(functions.all.filter(({ arn }) => !done.has(arn)).map((each) => each.warm()));
  return functions;
}
