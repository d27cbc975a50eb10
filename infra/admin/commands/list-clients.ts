// `client list`: how each client proves who it is, and which of them have a secret that is stored somewhere.

import type { Entry } from '../../../functions/configuration/entries/index.ts';
import { layOutTable } from '../lay-out-table.ts';
import { parseOperatorItem } from '../operator-item.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';
import { requireTenant } from './require-tenant.ts';

interface ListedClient {
  readonly clientId: string;
  readonly name: string;
  readonly status: string;
  /** Digests of secrets that have not expired. Of an entry that is wrong, all there are. */
  readonly storedSecrets: number;
  readonly provenBy: readonly string[];
}

export const listClients: Command = {
  words: 'client list',
  takes: ['TENANT'],
  does: 'lists the clients of a tenant, how each proves who it is, and how many secrets are stored for it',
  effect: 'reads',
  async run(operator, [tenant = '']) {
    await requireTenant(operator, tenant);
    const nowSeconds = Math.floor(operator.clock() / 1000);
    const clients = (await operator.tables.listOfTenant('Clients', tenant)).map((item) => listed(item, nowSeconds));
    clients.sort((one, other) => one.clientId.localeCompare(other.clientId));
    const secrets = clients.reduce((sum, { storedSecrets }) => sum + storedSecrets, 0);
    const show = (all: typeof clients, columns: number) =>
      layOutTable(
        all.map(({ clientId, name, status, storedSecrets, provenBy }) => ({
          CLIENT: clientId,
          STATUS: status,
          SECRETS: storedSecrets === 0 ? 'none' : String(storedSecrets),
          'PROVEN BY': provenBy.join(', '),
          NAME: name,
        })),
        columns,
      );
    return outcomeOf(clients, show, { summary: `${counted(clients.length, 'client')}, ${counted(secrets, 'stored secret')}` });
  },
};

function listed(item: Readonly<Record<string, unknown>>, nowSeconds: number): ListedClient {
  const parsed = parseOperatorItem(item);
  const clientId = String(item.clientId);
  const entry = 'key' in parsed ? (parsed.entry as Entry<'client'> | undefined) : undefined;
  if (entry === undefined) {
    const storedSecrets = Array.isArray(item.secrets) ? item.secrets.length : 0;
    return { clientId, name: '', status: 'entry is wrong', storedSecrets, provenBy: [] };
  }
  const live = entry.secrets.filter(({ expiresAt }) => expiresAt === undefined || nowSeconds < expiresAt);
  return { clientId, name: entry.name ?? '', status: entry.status, storedSecrets: live.length, provenBy: proofsOf(entry, live.length) };
}

/** What it can really prove itself by: a method without what it needs proves nothing. */
function proofsOf({ authMethods, workload, jwks, jwksUri, tlsSubjectDn }: Entry<'client'>, liveSecrets: number): readonly string[] {
  const hasKeys = jwks !== undefined || jwksUri !== undefined;
  const proofs = [
    workload === undefined ? '' : `workload of ${workload.issuer}`,
    liveSecrets > 0 && authMethods.some((method) => method.startsWith('client_secret')) ? 'secret' : '',
    hasKeys && authMethods.includes('private_key_jwt') ? 'keys of its own' : '',
    tlsSubjectDn !== undefined && authMethods.includes('tls_client_auth') ? 'certificate' : '',
    authMethods.includes('none') ? 'nothing, being public' : '',
  ].filter((proof) => proof !== '');
  return proofs.length === 0 ? ['nothing that is there'] : proofs;
}
