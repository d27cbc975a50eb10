// The `api#` entry of an API, kept by the deployment: a custom resource that writes the rules of the routes into the
// Tenants table, so that routes and rules are written once and the first call after a deployment works.

import { CustomResource, Duration, Lazy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { parseEntry, parseEntryKey } from '../../../functions/configuration/entries/parse-entry.ts';
import { isTenantName } from '../../../functions/configuration/entries/tenant-name.ts';
import { type RouteRule, writeRules } from '../authorizers/route-rules.ts';
import type { ProtectedResource } from '../discovery/protected-resource.ts';

/** What an `api#` entry says beside the id, the stage and the rules, which the deployment knows. */
export interface ApiEntryAttributes {
  /** What all paths of the API begin with: `/pizzashack/1.0.0`. Absent: its root. */
  readonly context?: string;
  readonly version?: string;
  readonly description?: string;
  /** The API's canonical URI (RFC 8707): tokens are then for it alone. `resource` beside `entry` writes it, and lets clients find it. */
  readonly resource?: string;
  readonly audience?: 'any';
  /** Tenants whose users may call; `*`: all. Absent: the owner's alone. */
  readonly tenants?: '*' | readonly string[];
  readonly requireSubscription?: boolean;
  readonly caseSensitivePaths?: boolean;
  readonly certificates?: {
    readonly validateIssuer?: boolean;
    readonly issuerCns?: readonly string[];
    readonly exemptPaths?: readonly string[];
  };
}

export interface ApiEntryProps {
  /**
   * The tenant that owns the API. The deployment then keeps the API's entry: it writes what no operator has written, and
   * leaves alone what an operator has changed. Absent: operators write the entry, and routes take no scopes.
   */
  readonly tenant?: string;
  /** Name of the entry, `api#<name>`. Default: the id, in small letters. */
  readonly apiName?: string;
  /** What else the entry says. */
  readonly entry?: ApiEntryAttributes;
}

export interface KeptApiEntryProps extends ApiEntryProps {
  readonly tenant: string;
  readonly apiName: string;
  /** ARN of the function that writes. */
  readonly serviceToken: string;
  readonly apiId: string;
  readonly stage: string;
  readonly countTiers: boolean;
  /** Undefined: clients don't find the API by themselves. */
  readonly resource: Pick<ProtectedResource, 'entry'> | undefined;
}

export class KeptApiEntry extends Construct {
  readonly #props: KeptApiEntryProps;
  readonly #routes: RouteRule[] = [];

  /** @throws Error for a name that no entry can have */
  constructor(scope: Construct, id: string, props: KeptApiEntryProps) {
    super(scope, id);
    this.#props = props;
    const { tenant, apiName, serviceToken, apiId, stage } = props;
    if (!isTenantName(tenant)) throw new Error(`tenant: ${JSON.stringify(tenant)} is no name of a tenant.`);
    const key = parseEntryKey(`api#${apiName}`);
    if ('fault' in key) throw new Error(`apiName: expected ${key.fault.expected}.`);
    const other = this.#findSameEntry();
    if (other !== undefined)
      throw new Error(`${tenant} / api#${apiName} is kept for ${other.node.path} already: give each API an apiName of its own.`);
    new CustomResource(this, 'Entry', {
      resourceType: 'Custom::GatehouseApiEntry',
      serviceToken,
      serviceTimeout: Duration.minutes(5),
      properties: {
        Tenant: tenant,
        Name: apiName,
        ApiId: apiId,
        Stage: stage,
        Entry: Lazy.uncachedString({ produce: () => JSON.stringify(this.#entry()) }),
      },
    });
  }

  /** Another API of the stack whose entry would be this one: the later deployed would take the rules of the first away. */
  #findSameEntry(): Construct | undefined {
    const isSame = (other: KeptApiEntry): boolean =>
      (['tenant', 'apiName', 'serviceToken'] as const).every((name) => other.#props[name] === this.#props[name]);
    return Stack.of(this)
      .node.findAll()
      .find((other) => other !== this && other instanceof KeptApiEntry && isSame(other));
  }

  addRule(rule: RouteRule): void {
    this.#routes.push(rule);
  }

  /** What the parser of entries says against it: the same one as that of the command line and of the functions. */
  findFaults(): string[] {
    const { tenant, apiName, stage } = this.#props;
    try {
      const known = { apiId: 'abcdef1234', stage: Token.isUnresolved(stage) ? 'prod' : stage };
      const parsed = parseEntry('api', { ...withoutTokens(this.#entry()), ...known });
      const faults = 'faults' in parsed ? parsed.faults : [];
      return faults.map(({ path, expected }) => `The entry ${tenant} / api#${apiName}, ${this.#placeOf(path)}: expected ${expected}.`);
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  /** `resources.3.scopes.0` → `POST /order, scopes.0`: nobody knows the rules by their numbers. */
  #placeOf(path: string): string {
    const [, at, rest = ''] = /^resources\.(\d+)\.?(.*)$/.exec(path) ?? [];
    const rule = at === undefined ? undefined : this.#rules()[Number(at)];
    return rule === undefined ? path : `${rule.methods?.join() ?? 'ANY'} ${rule.path}${rest === '' ? '' : `, ${rest}`}`;
  }

  #rules() {
    return writeRules(this.#routes, this.#props.entry?.context);
  }

  #entry() {
    const { entry = {}, countTiers, resource } = this.#props;
    return { ...entry, ...resource?.entry, ...(countTiers && { countTiers }), resources: this.#rules() };
  }
}

/** What CloudFormation alone knows, an id or a Region, has a name that could be one. */
function withoutTokens(entry: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(entry).replaceAll(/\$\{Token\[[^\]]*\]\}/g, 'unknown'));
}
