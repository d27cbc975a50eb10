// `tenant delete`: the tenant entry alone where nothing else is there, and with --all everything that is the tenant's.

import { createScanPace } from '../incidents/scan-pace.ts';
import { describeHoldings } from '../tenants/count-tenant.ts';
import { deleteWholeTenant } from '../tenants/delete-whole-tenant.ts';
import { RECOVERY_DAYS } from '../tenants/tenant-secrets.ts';
import { type Command, CommandFailed, type Operator, requireConfirmed } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';

export const deleteTenant: Command = {
  words: 'tenant delete',
  takes: ['TENANT'],
  does: 'deletes the entry of a tenant that has nothing else; with --all the tenant with its entries, clients, users, grants, sign-in sessions and secrets, which it counts first',
  options: {
    all: { type: 'boolean', explains: 'all that is the tenant’s; a deletion that was interrupted can be run again' },
    'purge-secrets': { type: 'boolean', explains: `delete secrets for good; else they can be restored for ${RECOVERY_DAYS} days` },
  },
  effect: 'ends',
  async run(operator, [tenant = ''], options) {
    return options.all === true ? deleteAll(operator, tenant, options['purge-secrets'] === true) : deleteEntry(operator, tenant);
  },
};

async function deleteAll(operator: Operator, tenant: string, areSecretsFinal: boolean) {
  const { report, wait } = operator;
  const onPage = createScanPace({ stopwatch: () => performance.now(), wait: wait ?? pause, report });
  let isAsked = false;
  const deleted = await deleteWholeTenant(operator, tenant, {
    areSecretsFinal,
    report,
    onPage,
    async confirm(holdings) {
      isAsked = true;
      for (const label of holdings.named ?? []) report(`names ${tenant} and stays: ${label}`);
      if (holdings.named === undefined) report(`not looked for, for want of a right: entries of other tenants that name ${tenant}`);
      await requireConfirmed(operator, `Delete ${tenant} with ${describeHoldings(holdings)}?`);
      return true;
    },
  });
  if (deleted === undefined) {
    if (!isAsked) throw new CommandFailed(`${tenant}: there is no such tenant, and nothing of it.`);
    throw new CommandFailed('Nothing was done.');
  }
  const { entries, clients, users, items, secrets } = deleted;
  const ended = (kind: string): number => items.filter((item) => item.kind === kind).length;
  await operator.audit({ audit: 'tenant-deleted', tenant, grants: ended('grant'), sessions: ended('session') });
  if (secrets === undefined) report('Secrets could not be listed, and stay: secretsmanager:ListSecrets is missing.');
  const value = {
    tenant,
    entries: entries.length,
    clients: clients.length,
    users: users.length,
    grants: ended('grant'),
    sessions: ended('session'),
    consents: ended('consent'),
    secrets,
  };
  return outcomeOf(value, () => [`deleted: ${tenant}, with ${describeHoldings(deleted)}`], {
    ...(secrets !== undefined && { summary: aboutSecrets(secrets, areSecretsFinal) }),
  });
}

function aboutSecrets(secrets: readonly string[], isFinal: boolean): string {
  if (secrets.length === 0) return 'There was no secret.';
  return isFinal ? 'Secrets are gone for good.' : `For ${RECOVERY_DAYS} days secrets can be restored: aws secretsmanager restore-secret`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Without its entry the rest would lie there, and be alive again with the next entry of that name. */
async function deleteEntry(operator: Operator, tenant: string) {
  const { tables } = operator;
  const key = { tenant, entry: 'tenant' };
  const [stored, entries, clients, users] = await Promise.all([
    tables.get('Tenants', key),
    tables.listOfTenant('Tenants', tenant),
    tables.listOfTenant('Clients', tenant),
    tables.listOfTenant('Users', tenant),
  ]);
  const others = entries.filter(({ entry }) => entry !== 'tenant').length;
  if (others + clients.length + users.length > 0) {
    const rest = [counted(others, 'other entry', 'other entries'), counted(clients.length, 'client'), counted(users.length, 'user')];
    throw new CommandFailed(
      `${tenant} has ${rest.join(', ')}. --all deletes them with it; tenant suspend lets nobody in. Nothing was done.`,
    );
  }
  if (stored === undefined) throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
  await requireConfirmed(operator, `Delete Tenants, ${tenant} / tenant?`);
  await tables.delete('Tenants', key);
  return outcomeOf({ deleted: `Tenants, ${tenant} / tenant` }, ({ deleted }) => [`deleted: ${deleted}`]);
}
