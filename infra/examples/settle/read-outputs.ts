// Where to ask, from what `cdk deploy --outputs-file` wrote.

import * as v from 'valibot';
import type { DemoEntriesTarget } from '../../demo/write-demo-entries.ts';
import type { SettleApis } from './settle-entries.ts';
import type { SettleTargets } from './targets.ts';

const outputs = v.object({
  TokenUrl: v.string(),
  SettleRestUrl: v.string(),
  SettleRestId: v.string(),
  SettleCountedUrl: v.string(),
  SettleCountedId: v.string(),
  SettleRawUrl: v.string(),
  SettleHttpUrl: v.string(),
  SettleHttpId: v.string(),
  SettleHttpResource: v.string(),
  SettleHttpMetadataUrl: v.string(),
  SettleMcpUrl: v.string(),
  SettleAgentUrl: v.string(),
  SettleDemoUrl: v.string(),
  SettleTokenFunction: v.string(),
  SettleAuthorizerFunction: v.string(),
  SettleCacheSeconds: v.pipe(v.string(), v.transform(Number), v.integer()),
  SettleDemoApiId: v.string(),
  SettleUserServiceUrl: v.string(),
});

const socketOutputs = v.object({ SettleSocketUrl: v.string(), SettleSocketId: v.string() });

export interface SettleOutputs {
  readonly targets: Omit<SettleTargets, 'pause' | 'aws'>;
  readonly apis: SettleApis;
  readonly demo: DemoEntriesTarget;
}

/** @throws Error that names the outputs that are missing */
export function readOutputs(document: unknown, stackName: string): SettleOutputs {
  const stacks = v.parse(v.record(v.string(), v.unknown()), document);
  const own = v.safeParse(outputs, stacks[stackName]);
  if (!own.success) {
    const missing = own.issues.map((issue) => v.getDotPath(issue) ?? 'all of them');
    throw new Error(`Outputs of the stack ${stackName} are missing: ${missing.join(', ')}. Was settle-app.ts deployed?`);
  }
  const found = own.output;
  const socket = v.safeParse(socketOutputs, stacks[`${stackName}-Socket`]);
  return {
    targets: {
      stackName,
      tokenUrl: found.TokenUrl,
      demoUrl: found.SettleDemoUrl,
      restUrl: found.SettleRestUrl,
      rawUrl: found.SettleRawUrl,
      countedUrl: found.SettleCountedUrl,
      httpUrl: found.SettleHttpUrl,
      httpMetadataUrl: found.SettleHttpMetadataUrl,
      mcpUrl: found.SettleMcpUrl,
      agentUrl: found.SettleAgentUrl,
      socketUrl: socket.success ? socket.output.SettleSocketUrl : undefined,
      cacheSeconds: found.SettleCacheSeconds,
      tokenFunctionName: found.SettleTokenFunction,
      authorizerFunctionName: found.SettleAuthorizerFunction,
    },
    apis: {
      rest: found.SettleRestId,
      counted: found.SettleCountedId,
      http: { id: found.SettleHttpId, resource: found.SettleHttpResource, metadataUrl: found.SettleHttpMetadataUrl },
      socket: socket.success ? socket.output.SettleSocketId : undefined,
    },
    demo: {
      stackName,
      apiId: found.SettleDemoApiId,
      stage: 'prod',
      userServiceUrl: found.SettleUserServiceUrl,
      isLocal: found.SettleUserServiceUrl.startsWith('http://'),
    },
  };
}
