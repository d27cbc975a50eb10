// Where the routes of a protected API leave their rules: in the entry that the deployment keeps, or nowhere, where
// operators write it.

import type { Construct } from 'constructs';
import { type ApiEntryProps, KeptApiEntry } from '../api-entries/kept-api-entry.ts';
import type { ProtectedResource } from '../discovery/protected-resource.ts';
import type { HttpRouteOptions, RouteHandler } from './route-options.ts';

export interface RouteEntryProps extends ApiEntryProps {
  /** Of the construct: the entry's name where none is given. */
  readonly id: string;
  /** Undefined: the API is none that clients find by themselves. */
  readonly resource: Pick<ProtectedResource, 'entry'> | undefined;
  readonly apiId: string;
  /** Absent: the app does not know it. */
  readonly stage: string | undefined;
  readonly countTiers: boolean;
  readonly clientCertificates: boolean;
  /** Absent: this Gatehouse writes no entries. */
  readonly serviceToken: string | undefined;
}

export interface RouteEntry {
  /** @throws Error for scopes or permissions that nobody would write down */
  protect(method: string, path: string, options: HttpRouteOptions): void;
  open(method: string, path: string): void;
  /** What is wrong with the entry, one sentence each. */
  findFaults(): string[];
}

/** @throws Error that names what is missing for an entry */
export function openRouteEntry(scope: Construct, props: RouteEntryProps): RouteEntry {
  const { tenant, stage, serviceToken, resource } = props;
  if (resource !== undefined && props.entry?.resource !== undefined)
    throw new Error(`${props.id}: resource says what the entry's resource is; leave that out.`);
  if (tenant === undefined) {
    if (props.apiName !== undefined || props.entry !== undefined)
      throw new Error(`${props.id}: apiName and entry need tenant, whose entry it is.`);
    return WITHOUT_ENTRY;
  }
  if (stage === undefined) throw new Error(`${props.id}: its api# entry needs the stage. Say stage: 'prod', or what it is called.`);
  if (serviceToken === undefined)
    throw new Error(
      `${props.id}: tenant needs apiEntriesFunctionArn of Gatehouse.fromAttributes, in the account of this stack. Without it operators write the entry.`,
    );
  const apiName = props.apiName ?? props.id.toLowerCase();
  const kept = new KeptApiEntry(scope, 'Entry', { ...props, tenant, stage, apiName, serviceToken });
  const usual: readonly RouteHandler[] = props.clientCertificates ? ['oauth2', 'certificate'] : ['oauth2'];
  return {
    protect: (method, path, { handlers = usual, scopes = [], permissions = [] }) =>
      kept.addRule({ method, path, secure: true, handlers, scopes, permissions }),
    open: (method, path) => kept.addRule({ method, path, secure: false, handlers: [], scopes: [], permissions: [] }),
    findFaults: () => kept.findFaults(),
  };
}

const WITHOUT_ENTRY: RouteEntry = {
  protect(method, path, { scopes, permissions }) {
    if (scopes === undefined && permissions === undefined) return;
    throw new Error(`${method} ${path}: scopes and permissions need tenant where the API is protected, or no rule would ask for them.`);
  },
  open: () => undefined,
  findFaults: () => [],
};
