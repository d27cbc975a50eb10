// The properties of the construct, with their defaults.

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { AwsClient } from './functions/bundle-sources.ts';
import type { AwsEndpoints, FunctionSettings } from './functions/open-function.ts';
import type { GatehouseVpc } from './functions/placement.ts';
import type { ObservabilitySettings } from './observability/observability.ts';
import type { ExistingSecret, ExistingTables } from './storage/existing-storage.ts';
import type { MutualTlsDomain, TokenDomain } from './token-api/token-domain.ts';
import type { WebAclSettings } from './token-api/web-acl.ts';

export interface GatehouseProps {
  /** What the names of tables and secrets begin with. Default: the name of the stack. */
  readonly prefix?: string;
  /** Without a slash at its end. Default: that of `domain`, or the URL of the token API. */
  readonly issuer?: string;
  /** A domain of the token API's own, by which alone it then answers. Default: that of API Gateway. */
  readonly domain?: TokenDomain;
  /**
   * A second domain, for clients that authenticate by certificate (`tls_client_auth`): the metadata names it in
   * `mtls_endpoint_aliases`. Default: none; no client then has a certificate.
   */
  readonly mutualTlsDomain?: MutualTlsDomain;
  /** How long API Gateway keeps an authorizer's answer at most, in seconds: the bound of a revocation. Default: 60. */
  readonly authorizerCacheSeconds?: number;
  /**
   * What becomes of tables and signing keys that the stack made. Default: they are kept when the stack is deleted or
   * they are replaced, and go when the deployment that made them is rolled back (`RetainExceptOnCreate`).
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Tables can't be deleted by hand, by the stack or by a rollback. To be switched on once the first deployment has
   * succeeded: before, it would keep CloudFormation from clearing up one that failed. Default: false.
   */
  readonly deletionProtection?: boolean;
  /** Tables that are there already: restored from a backup, or kept by a stack that is gone. Default: none, all are made. */
  readonly tables?: ExistingTables;
  /** The secret of an earlier deployment with its signing keys: its name, its ARN, or as it is. Default: one is made. */
  readonly signingKeysSecret?: ExistingSecret;
  /** Default: a month. */
  readonly logRetention?: RetentionDays;
  /**
   * Default: 1,769 MB (one virtual CPU, for password hashes), 20 s, and no reserved concurrency. All functions of an
   * account and Region share its concurrency (1,000; 10 in a new account): a flood of logins can use it up, and then the
   * authorizer is throttled too, which its callers see as 500. Reserve some for both, token as the most that logins may
   * take, authorizer as what it always has. It is not the default because AWS refuses a deployment that leaves an account
   * fewer than 100, which is any in a new account.
   */
  readonly token?: Partial<FunctionSettings>;
  /** Default: 1,024 MB, 10 s, and no reserved concurrency (see `token`). */
  readonly authorizer?: Partial<FunctionSettings>;
  /** Of all callers of the token API together. Default: 500 requests a second, bursts of 1,000. */
  readonly throttle?: { readonly requestsPerSecond: number; readonly burst: number };
  /**
   * Own limits of the sign-in and sign-out pages, each path and all callers of it together, and an alarm for their outages. The pages of
   * tenants with an issuer of their own have the same limits again, all those tenants together. Default: none, for deployments that have no
   * such page; `throttle` and the other alarms count its requests too.
   */
  readonly signIn?: { readonly requestsPerSecond: number; readonly burst: number };
  /** Functions of tenants that userstores and handlers of type `lambda` may call, by ARN. Default: none. */
  readonly tenantFunctionArns?: readonly string[];
  /** Ids of HTTP APIs made elsewhere whose authorizer is set to the simple form of answers. Default: none. */
  readonly simpleResponseApiIds?: readonly string[];
  /**
   * Accounts whose APIs may use this authorizer, by their twelve digits: apps there have `Gatehouse.fromAttributes`.
   * Default: none but the stack's own.
   */
  readonly authorizerAccounts?: readonly string[];
  /** Puts the functions that speak to userstores, token and authorizer, into a VPC. Default: in none. */
  readonly vpc?: GatehouseVpc;
  /** FIPS and dual-stack endpoints of AWS. Default: the ordinary ones. */
  readonly awsEndpoints?: AwsEndpoints;
  /**
   * By what the token function and the authorizer call DynamoDB and Secrets Manager. `lean`: a client of ours, which
   * signs by itself and starts in half the time. `sdk`: the AWS SDK, where rules forbid another signer. Default: `lean`.
   */
  readonly awsClient?: AwsClient;
  /**
   * A function for operators, in the network of those that log users in: `userstore doctor` and `userstore test` of the
   * command line invoke it, who may by IAM (`lambda:InvokeFunction`), and no API leads to it. It reads entries and secrets
   * of all tenants, and writes nothing. Default: false, there is none.
   */
  readonly operatorFunction?: boolean;
  /** A web ACL in front of the token API and of the REST APIs that Gatehouse protects. Default: none. */
  readonly webAcl?: WebAclSettings;
  /** Metrics, alarms and a dashboard; false: none of them. Default: all, with nobody to tell. */
  readonly observability?: ObservabilitySettings | false;
  /** `Access-Control-Allow-Origin` of what API Gateway itself answers. Default: *, without credentials. */
  readonly allowOrigin?: string;
  /**
   * Sets the role with which API Gateway writes logs: one for the whole account and Region, which every API there then
   * uses, and which stays when the stack goes. Where there is none yet, API Gateway refuses a stage that writes logs.
   * Default: false; the app in this repository asks for it.
   */
  readonly accountCloudWatchRole?: boolean;
}

/** The same with nothing left open. */
export interface GatehouseSettings
  extends Required<
    Omit<
      GatehouseProps,
      'issuer' | 'domain' | 'mutualTlsDomain' | 'vpc' | 'webAcl' | 'token' | 'authorizer' | 'signingKeysSecret' | 'signIn'
    >
  > {
  readonly issuer: string | undefined;
  readonly realm: string;
  readonly domain: TokenDomain | undefined;
  readonly mutualTlsDomain: MutualTlsDomain | undefined;
  readonly vpc: GatehouseVpc | undefined;
  readonly signIn: GatehouseProps['signIn'];
  readonly webAcl: WebAclSettings | undefined;
  readonly signingKeysSecret: ExistingSecret | undefined;
  readonly token: FunctionSettings;
  readonly authorizer: FunctionSettings;
}

/** As the authorizer's own challenges say it. */
export const REALM = 'gatehouse';

/** What API Gateway takes. */
export const MAX_CACHE_SECONDS = 3600;

/** @throws Error that names what is wrong */
export function settingsOf(scope: Construct, props: GatehouseProps): GatehouseSettings {
  const settings: GatehouseSettings = {
    prefix: props.prefix ?? Stack.of(scope).stackName,
    issuer: props.issuer ?? (props.domain === undefined ? undefined : `https://${props.domain.name}`),
    domain: props.domain,
    mutualTlsDomain: props.mutualTlsDomain,
    vpc: props.vpc,
    webAcl: props.webAcl,
    authorizerCacheSeconds: props.authorizerCacheSeconds ?? 60,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    deletionProtection: props.deletionProtection ?? false,
    tables: props.tables ?? {},
    signingKeysSecret: props.signingKeysSecret,
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    token: { memoryMb: 1769, timeoutSeconds: 20, ...props.token },
    authorizer: { memoryMb: 1024, timeoutSeconds: 10, ...props.authorizer },
    throttle: props.throttle ?? { requestsPerSecond: 500, burst: 1000 },
    signIn: props.signIn,
    tenantFunctionArns: props.tenantFunctionArns ?? [],
    simpleResponseApiIds: props.simpleResponseApiIds ?? [],
    authorizerAccounts: props.authorizerAccounts ?? [],
    awsEndpoints: props.awsEndpoints ?? {},
    awsClient: props.awsClient ?? 'lean',
    operatorFunction: props.operatorFunction ?? false,
    observability: props.observability ?? {},
    realm: REALM,
    allowOrigin: props.allowOrigin ?? '*',
    accountCloudWatchRole: props.accountCloudWatchRole ?? false,
  };
  const { issuer, authorizerCacheSeconds: cacheSeconds, tenantFunctionArns } = settings;
  // RFC 8414 section 2: no query, no fragment. Plain http is for a run on one machine.
  if (issuer !== undefined && !Token.isUnresolved(issuer) && !/^(https:\/\/|http:\/\/127\.0\.0\.1:)[^\s?#]*[^\s?#/]$/.test(issuer))
    throw new Error(`issuer must be an https URL with no slash at its end, no query and no fragment; it is ${issuer}.`);
  if (!Number.isInteger(cacheSeconds) || cacheSeconds < 0 || cacheSeconds > MAX_CACHE_SECONDS)
    throw new Error(`authorizerCacheSeconds must be between 0 and ${MAX_CACHE_SECONDS}; it is ${cacheSeconds}.`);
  // Callers without types may still have it there, and would lose their only protection without a word.
  if (props.domain !== undefined && 'truststore' in props.domain)
    throw new Error(
      'domain takes no truststore: keys and metadata behind it would be for clients with a certificate alone. Use mutualTlsDomain.',
    );
  if (props.mutualTlsDomain !== undefined && props.mutualTlsDomain.name === props.domain?.name)
    throw new Error(`mutualTlsDomain must have a name of its own; ${props.mutualTlsDomain.name} is that of domain.`);
  const noAccount = settings.authorizerAccounts.find((account) => !/^\d{12}$/.test(account));
  if (noAccount !== undefined)
    throw new Error(`authorizerAccounts must be account ids of twelve digits; ${JSON.stringify(noAccount)} is none.`);
  const wildcard = tenantFunctionArns.find((arn) => arn.includes('*'));
  if (wildcard !== undefined) throw new Error(`tenantFunctionArns must name functions one by one; ${wildcard} has a wildcard.`);
  return settings;
}
