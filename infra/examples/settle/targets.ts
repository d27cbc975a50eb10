// Where the questions are asked: the stacks of settle-app.ts, and what the tools around them can do.

import type { RawRequest } from '../send-raw.ts';

export interface SettleTargets {
  readonly stackName: string;
  /** `…/oauth2/token`. */
  readonly tokenUrl: string;
  /** `https://…/prod/pizzashack/1.0.0`. */
  readonly demoUrl: string;
  /** REST API behind the authorizer, made by the construct: `https://…/prod/settle`. */
  readonly restUrl: string;
  /** REST API without the authorizer and with mappings written by hand. */
  readonly rawUrl: string;
  /** REST API whose tiers are counted. */
  readonly countedUrl: string;
  /** HTTP API: its root. */
  readonly httpUrl: string;
  /** `wss://…/prod`. Absent: there is none, as on one machine. */
  readonly socketUrl?: string | undefined;
  /** Base URL of the REST API under a domain with a base path of yours. Absent: none was named. */
  readonly customUrl?: string | undefined;
  /** The same behind mutual TLS, with a client certificate. Absent: none was named. */
  readonly mutualTls?: { readonly url: string; readonly certificate: string; readonly key: string } | undefined;
  /** How long API Gateway keeps an answer of the authorizer. */
  readonly cacheSeconds: number;
  /** Runs the AWS CLI and parses what it prints. Absent: it is not installed. */
  readonly aws?: RunAws | undefined;
  readonly tokenFunctionName: string;
  readonly authorizerFunctionName: string;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

export type RunAws = (args: readonly string[]) => Promise<unknown>;

export type Headers = RawRequest['headers'];

/** What all questions ask with: a token of the demo's user, and one of an application whose tier is counted. */
export interface Credentials {
  readonly userToken: string;
  readonly bearer: Headers[number];
}

/** The application that the questions have for themselves. */
export const SETTLE_CLIENT = { id: 'settle-app', secret: 'settle-app-secret' } as const;

/** Uses up its tier with the third call. */
export const SETTLE_TIER = { name: 'SettleTwo', requests: 2, seconds: 86_400 } as const;

export const NO_AWS_CLI = 'the AWS CLI is not installed, or has no credentials';
