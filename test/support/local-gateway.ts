// A local gateway on a small template of its own: what API Gateway does is tested without our stack.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFunctions } from '../../infra/emulator/functions/read-functions.ts';
import { openAuthorizerCache } from '../../infra/emulator/gateway/authorizer-cache.ts';
import { handleRequest } from '../../infra/emulator/gateway/handle-request.ts';
import type { HttpAuthorizerResult } from '../../infra/emulator/gateway/http-api/authorize-http-request.ts';
import { readHttpApis } from '../../infra/emulator/gateway/http-api/read-http-apis.ts';
import type { HeaderList } from '../../infra/emulator/gateway/http-message.ts';
import { listen } from '../../infra/emulator/gateway/listen.ts';
import type { AuthorizerResult } from '../../infra/emulator/gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from '../../infra/emulator/gateway/rest-api/count-usage.ts';
import { readRestApis } from '../../infra/emulator/gateway/rest-api/read-rest-apis.ts';
import { readTemplate } from '../../infra/emulator/template/read-template.ts';
import { DEPLOYMENT, lambda, type Resources } from './gateway-template.ts';
import { type Reply, send } from './http-clients.ts';

interface GatewayOptions {
  readonly clock?: () => number;
  readonly timeouts?: Readonly<Record<string, number>>;
}

export interface TestGateway {
  readonly port: number;
  flushCaches(): void;
  /** What the gateway reported and functions wrote. */
  readonly lines: readonly string[];
  send(method: string, path: string, headers?: HeaderList, body?: string): Promise<Reply>;
  close(): Promise<void>;
}

/**
 * Starts a gateway.
 *
 * @param sources bundle by function
 * @param timeouts seconds by function
 */
export async function openTestGateway(
  resources: Resources,
  sources: Readonly<Record<string, string>>,
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  try {
    return await open(directory, resources, sources, options);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function open(
  directory: string,
  resources: Resources,
  sources: Readonly<Record<string, string>>,
  options: GatewayOptions,
): Promise<TestGateway> {
  const lines: string[] = [];
  const assets = new Map(
    Object.entries(sources).map(([id, source]) => {
      mkdirSync(join(directory, id));
      writeFileSync(join(directory, id, 'index.mjs'), source);
      return [`${id}.zip`, join(directory, id)] as const;
    }),
  );
  const functionResources = Object.keys(sources).map((id) => lambda(id, options.timeouts?.[id]));
  const template = readTemplate({ Resources: Object.assign({}, resources, ...functionResources) }, DEPLOYMENT);
  const functions = readFunctions(template, assets, { variables: {}, writeLine: (_, line) => lines.push(line) });
  const apis = { rest: readRestApis(template), http: readHttpApis(template) };
  const cache = openAuthorizerCache<AuthorizerResult>(options.clock ?? Date.now);
  const httpCache = openAuthorizerCache<HttpAuthorizerResult>(options.clock ?? Date.now);
  const report = (line: string): void => void lines.push(line);
  const dependencies = {
    findFunction: (arn: string) => functions.find(arn),
    cache,
    httpCache,
    usage: openUsageCounters(options.clock ?? Date.now),
    report,
  };
  const listener = await listen(0, (incoming) => handleRequest(dependencies, apis, incoming), report);
  return {
    port: listener.port,
    flushCaches() {
      cache.flush();
      httpCache.flush();
    },
    lines,
    send: (method, path, headers, body) => send(listener.port, method, path, headers, body),
    async close() {
      await listener.close();
      await functions.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
