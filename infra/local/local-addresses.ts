// On this machine an API answers at an address of its own (`local-apis.ts`), and one with a custom domain where the gateway
// listens: documents, challenges and entries that name the address on AWS then name one that answers.

import { isRecord, type Json, requireRecord } from '../emulator/template/json.ts';
import type { Resource, Template } from '../emulator/template/read-template.ts';
import { apiAddress } from './local-apis.ts';

interface Rewrite {
  readonly from: string;
  readonly to: string;
}

/** @param issuer of the Gatehouse of the run, as on AWS; undefined: it is not deployed yet */
export function withLocalAddresses(template: Template, gatewayUrl: string, issuer: string | undefined): Template {
  const entries = template.resources('Custom::GatehouseApiEntry');
  const rewrites = [
    ...(issuer === undefined || issuer === gatewayUrl ? [] : [{ from: issuer, to: gatewayUrl }]),
    ...issuersOf(entries, gatewayUrl),
    ...domainsOf(entries, gatewayUrl),
    ...stagesOf(template, gatewayUrl),
  ];
  const rewritten = (resource: Resource): Resource => ({
    ...resource,
    properties: requireRecord(rewriteValue(resource.properties, rewrites), resource.logicalId),
  });
  return { ...template, resources: (type) => template.resources(type).map(rewritten) };
}

/** Longer addresses first: one stage's name may be the beginning of another's. */
function stagesOf(template: Template, gatewayUrl: string): readonly Rewrite[] {
  const { region } = template.deployment;
  const stages = [...template.resources('AWS::ApiGateway::Stage'), ...template.resources('AWS::ApiGatewayV2::Stage')];
  return stages
    .map(({ properties: { RestApiId, ApiId = RestApiId, StageName } }) => ({ apiId: String(ApiId), stage: String(StageName) }))
    .map(({ apiId, stage }) => ({
      from: `https://${apiId}.execute-api.${region}.amazonaws.com${stage === '$default' ? '' : `/${stage}`}`,
      to: `${gatewayUrl}${apiAddress(apiId, stage)}`,
    }))
    .sort((one, other) => other.from.length - one.from.length);
}

/** Of a Gatehouse elsewhere, in whose place there is the one of the run: a tenant's own issuer says it. */
function issuersOf(entries: readonly Resource[], gatewayUrl: string): readonly Rewrite[] {
  return entries.flatMap(({ properties: { Entry, Tenant } }) => {
    const issuer = /"authorizationServer":"(https:\/\/[^"]+)"/.exec(String(Entry))?.[1];
    const own = `/t/${String(Tenant)}`;
    return issuer?.endsWith(own) === true ? [{ from: issuer, to: `${gatewayUrl}${own}` }] : [];
  });
}

/** Where the document of an API is on a custom domain, its root is in front of that. */
function domainsOf(entries: readonly Resource[], gatewayUrl: string): readonly Rewrite[] {
  const roots = entries.flatMap(({ properties: { Entry, ApiId, Stage } }) => {
    const root = /"metadataUrl":"(https:\/\/[^"]+)\/\.well-known\//.exec(String(Entry))?.[1];
    return root === undefined || root.includes('.execute-api.') ? [] : [{ root, address: apiAddress(String(ApiId), String(Stage)) }];
  });
  // At the gateway's root all APIs are together: it can be the address of one of them alone.
  const atRoot = roots.filter(({ root }) => URL.parse(root)?.pathname === '/');
  return roots.map(({ root, address }) => ({
    from: root,
    to: atRoot.length === 1 && atRoot[0]?.root === root ? gatewayUrl : `${gatewayUrl}${address}`,
  }));
}

function rewriteValue(value: Json, rewrites: readonly Rewrite[]): Json {
  if (typeof value === 'string') return rewrites.reduce(rewriteText, value);
  if (Array.isArray(value)) return value.map((item: Json) => rewriteValue(item, rewrites));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewriteValue(inner, rewrites)]));
}

/** Where the address goes on, it is another: `https://a.example` is not the beginning of `https://a.example.com`. */
function rewriteText(text: string, { from, to }: Rewrite): string {
  return text
    .split(from)
    .reduce((before, after) => (/^[A-Za-z0-9._~-]/.test(after) ? `${before}${from}${after}` : `${before}${to}${after}`));
}
