// The gateway's port: the pages of the local run below `/_gatehouse/`, an address of its own for each API there too, and at the
// root all APIs together, as behind one custom domain.

import { openAuthorizerCache } from '../emulator/gateway/authorizer-cache.ts';
import { type Apis, handleRequest } from '../emulator/gateway/handle-request.ts';
import type { HttpAuthorizerResult } from '../emulator/gateway/http-api/authorize-http-request.ts';
import { matchDefaultRoute, matchHttpRoute } from '../emulator/gateway/http-api/match-http-route.ts';
import { readHttpApis } from '../emulator/gateway/http-api/read-http-apis.ts';
import type { GatewayRequest, GatewayResponse } from '../emulator/gateway/http-message.ts';
import type { AuthorizerResult } from '../emulator/gateway/rest-api/authorizer-result.ts';
import { openUsageCounters } from '../emulator/gateway/rest-api/count-usage.ts';
import { matchRoute } from '../emulator/gateway/rest-api/match-route.ts';
import { readRestApis } from '../emulator/gateway/rest-api/read-rest-apis.ts';
import type { FindFunction, Services } from '../emulator/open-services.ts';
import type { Template } from '../emulator/template/read-template.ts';
import { commandsResponse } from './console/run-commands.ts';
import { consoleResponse } from './console/serve-console.ts';
import { addressedApi, describeApis, type LocalApi } from './local-apis.ts';
import type { LogPage } from './log-page.ts';
import { readEachApi } from './read-each-api.ts';

/** No API of anybody's begins so. */
const OWN_PATH = '/_gatehouse/';

const NOT_FOUND: GatewayResponse = {
  status: 404,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"message":"The local run has no such page and no such API"}'),
};

export interface ServedApis {
  readonly apis: readonly LocalApi[];
  /** FlushStageAuthorizersCache of every API. */
  flushAuthorizerCaches(): void;
}

export interface ApisToServe {
  readonly template: Template;
  readonly services: Services;
  readonly findFunction: FindFunction;
  readonly hasDemo: boolean;
  /** Of somebody else: an API that can't be run here is passed over, and said. */
  readonly isLenient: boolean;
  /** What the names of tables begin with. */
  readonly prefix: string;
  readonly report: (line: string) => void;
  readonly logPage: LogPage;
}

function readApis({ template, isLenient, report }: ApisToServe): Apis {
  const readHttp = (of: Template) => readHttpApis(of, (_, why) => report(why));
  if (!isLenient) return { rest: readRestApis(template), http: readHttp(template) };
  return {
    rest: readEachApi(template, ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Method'], readRestApis, report),
    http: readEachApi(template, ['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Route'], readHttp, report),
  };
}

/** Opens the gateway to its callers. @throws TemplateError for an API that the gateway does not know */
export function serveApis(wanted: ApisToServe): ServedApis {
  const { template, services, findFunction, hasDemo, prefix, report, logPage } = wanted;
  const all = readApis(wanted);
  const cache = openAuthorizerCache<AuthorizerResult>(Date.now);
  const httpCache = openAuthorizerCache<HttpAuthorizerResult>(Date.now);
  const dependencies = { findFunction, cache, httpCache, usage: openUsageCounters(Date.now), report };
  const apis = describeApis(all, template, services.gatewayUrl);
  const outputs = template.outputs();
  const isTaken = (method: string, path: string): boolean =>
    matchRoute(all.rest, method, path) !== undefined ||
    matchHttpRoute(all.http, method, path) !== undefined ||
    matchDefaultRoute(all.http) !== undefined;
  const answer = (request: GatewayRequest): Promise<GatewayResponse> => {
    if (!request.path.startsWith(OWN_PATH)) return handleRequest(dependencies, all, request);
    const addressed = addressedApi(all, request.path);
    if (addressed === undefined) return Promise.resolve(NOT_FOUND);
    return handleRequest(dependencies, addressed.apis, { ...request, path: addressed.path });
  };
  services.serve(
    async (request) =>
      logPage.respond(request) ??
      consoleResponse(request, { isTaken, hasDemo, apis, outputs }) ??
      (await commandsResponse(request, prefix)) ??
      logPage.keepAccess(request, await answer(request)),
  );
  return {
    apis,
    flushAuthorizerCaches() {
      cache.flush();
      httpCache.flush();
    },
  };
}
