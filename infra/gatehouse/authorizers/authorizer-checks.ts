// What the authorizers of REST and of HTTP APIs refuse alike: combinations that API Gateway would take and that would
// not be safe, or would never work.

import { CfnResource } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** @throws Error for a cache that would hold end-user JWTs for longer than they live */
export function requireCacheSeconds(cacheSeconds: number, maxSeconds: number): void {
  if (Number.isInteger(cacheSeconds) && cacheSeconds >= 0 && cacheSeconds <= maxSeconds) return;
  throw new Error(`cacheSeconds must be between 0 and ${maxSeconds}, for which Gatehouse's end-user JWTs live; it is ${cacheSeconds}.`);
}

/** @throws Error for what a cached answer would go round */
export function requireNoCache(what: string, cacheSeconds: number): void {
  if (cacheSeconds !== 0) throw new Error(`${what} need cacheSeconds: 0, since a cached answer asks nobody.`);
}

/** @throws Error for client certificates that a cache or the default endpoint would go round */
export function requireMutualTls(api: Construct, cacheSeconds: number): void {
  if (cacheSeconds !== 0) throw new Error('Client certificates need cacheSeconds: 0, since a certificate is no part of the cache key.');
  const resource = api.node.defaultChild;
  if (CfnResource.isCfnResource(resource) && 'disableExecuteApiEndpoint' in resource && resource.disableExecuteApiEndpoint === true) return;
  throw new Error('Client certificates need disableExecuteApiEndpoint: the default endpoint asks for none (A74).');
}

/** @throws Error for what browsers call without a token, and for what is no method of API Gateway */
export function requireMethodToProtect(httpMethod: string, path: string): void {
  if (httpMethod === 'OPTIONS')
    throw new Error(
      `OPTIONS ${path}: browsers send preflights without a token. Name the methods to protect, and add CORS preflights beside them.`,
    );
  if (METHODS.has(httpMethod)) return;
  throw new Error(`${httpMethod} ${path}: expected one of ${[...METHODS].join(', ')}, in capitals.`);
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'ANY']);
