// Opens the userstores of all tenants: the flows of a login and of a renewal, over the registry of store types.

import { createTellUndefinedRoles } from '../configuration/undefined-roles.ts';
import { authenticateUser } from './authenticate-user.ts';
import { changePassword } from './change-password.ts';
import { createFailureDeadlines } from './failure-deadline.ts';
import { findUser } from './find-user.ts';
import { createLoginGate } from './login-gate.ts';
import { recheckUser } from './recheck-user.ts';
import { createTenantStores } from './tenant-stores.ts';
import type { UserFinder, UserstoreDependencies, Userstores } from './userstore.ts';

/** `close` lets go of all connections; a Lambda function, which ends by being stopped, has no use for it. */
export function createUserstores(dependencies: UserstoreDependencies): Userstores & UserFinder & { close(): void } {
  const gate = createLoginGate(dependencies);
  const stores = createTenantStores(dependencies);
  const startFailureDeadline = createFailureDeadlines(dependencies);
  const tellUndefinedRoles = createTellUndefinedRoles(dependencies.log);
  return {
    async authenticateUser(request) {
      const outcome = await authenticateUser({ ...dependencies, gate, stores, startFailureDeadline }, request);
      if (outcome.kind === 'authenticated') tellUndefinedRoles(outcome.tenant, { userstore: outcome.user.domain }, outcome.user.roles);
      return outcome;
    },
    changePassword: (tenant, asked, password, newPassword) => changePassword(stores, tenant, asked, { password, newPassword }),
    recheckUser: (tenant, user) => recheckUser(stores, tenant, user),
    findUser: (tenant, asked) => findUser(stores, tenant, asked),
    close: () => stores.close(),
  };
}
