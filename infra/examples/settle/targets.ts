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
  /** Where it has the document that says who gives tokens for it. */
  readonly httpMetadataUrl: string;
  /** The demo's MCP server, a REST API that says of itself where to get a token: `https://…/prod/mcp`. */
  readonly mcpUrl: string;
  /** Where a client that nobody registered describes itself; its id. */
  readonly agentUrl: string;
  /** What AWS says of who asks. Absent: it says nothing. */
  readonly workload?: StsWorkload | undefined;
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

/** A token of AWS STS, and what it says. */
export interface StsWorkload {
  readonly issuer: string;
  readonly subject: string;
  readonly token: string;
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

/** The same of the demo's second tenant, which has an issuer of its own. */
export const SETTLE_AGENT = { id: 'settle-agent', secret: 'settle-agent-secret' } as const;

/** The client that is whoever asks. */
export const SETTLE_WORKLOAD = 'settle-workload';

/** A tenant whose JWTs are taken back by the feed, and its client. */
export const SETTLE_FEED = { tenant: 'settle_feed', client: { id: 'settle-feed', secret: 'settle-feed-secret' } } as const;

/** Uses up its tier with the third call. */
export const SETTLE_TIER = { name: 'SettleTwo', requests: 2, seconds: 86_400 } as const;

export const NO_AWS_CLI = 'the AWS CLI is not installed, or has no credentials';
