// The registry of commands: the only place that lists them.

import { check } from './check.ts';
import { addClientSecret, createClient } from './clients.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { deleteTenant } from './delete-tenant.ts';
import { entryCommands } from './entries.ts';
import { explain } from './explain.ts';
import { exportCommand } from './export-tenant.ts';
import { apply, plan } from './folders.ts';
import { importKeycloak, importUsers, importWso2 } from './import.ts';
import { listKeys, retireKey, rotateKeys } from './keys.ts';
import { listClients } from './list-clients.ts';
import { list } from './list-entries.ts';
import { listTenants } from './list-tenants.ts';
import { putSecret } from './put-secret.ts';
import { revokeClient, revokeTenant, revokeToken, revokeUser } from './revocations.ts';
import { sessions } from './sessions.ts';
import { activateTenant, suspendTenant } from './tenant-status.ts';
import { testUserstores } from './test-userstores.ts';
import { unlock } from './unlock.ts';
import { createUser, disableUser, enableUser, setPassword } from './users.ts';
import { doctorUserstore } from './userstore-doctor.ts';

export const COMMANDS: readonly Command[] = [
  check,
  plan,
  apply,
  exportCommand,
  list,
  listTenants,
  createClient,
  listClients,
  addClientSecret,
  createUser,
  setPassword,
  disableUser,
  enableUser,
  testUserstores,
  doctorUserstore,
  putSecret,
  completion,
  revokeUser,
  revokeClient,
  revokeTenant,
  revokeToken,
  explain,
  unlock,
  sessions,
  suspendTenant,
  activateTenant,
  listKeys,
  rotateKeys,
  retireKey,
  importWso2,
  importUsers,
  importKeycloak,
  deleteTenant,
  ...entryCommands().filter(({ words }) => words !== deleteTenant.words),
];
