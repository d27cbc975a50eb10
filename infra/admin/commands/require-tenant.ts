// A tenant that clients and users may be made in.

import { CommandFailed, type Operator } from './command.ts';

/** @throws CommandFailed where there is no tenant entry, so that nobody makes what could never get a token */
export async function requireTenant({ tables }: Pick<Operator, 'tables'>, tenant: string): Promise<void> {
  if ((await tables.get('Tenants', { tenant, entry: 'tenant' })) === undefined)
    throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there. Write it first: tenant put ${tenant} FILE`);
}
