// `list`: what there is of a tenant.

import { type Command, CommandFailed } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';

export const list: Command = {
  words: 'list',
  takes: ['TENANT'],
  does: 'prints the keys of all entries, clients and users of a tenant',
  effect: 'reads',
  async run({ tables }, [tenant = '']) {
    const [entries, clients, users] = await Promise.all([
      tables.listOfTenant('Tenants', tenant),
      tables.listOfTenant('Clients', tenant),
      tables.listOfTenant('Users', tenant),
    ]);
    const found = {
      tenant,
      entries: entries.map(({ entry }) => String(entry)),
      clients: clients.map(({ clientId }) => String(clientId)),
      users: users.map(({ username }) => String(username)),
    };
    const isEmpty = entries.length + clients.length + users.length === 0;
    if (isEmpty)
      throw new CommandFailed(`There is no tenant ${tenant}: nothing in the tables is of it. tenant list shows those that there are.`);
    const summary = [counted(entries.length, 'entry', 'entries'), counted(clients.length, 'client'), counted(users.length, 'user')].join(
      ', ',
    );
    const show = (all: typeof found) => [
      ...all.entries.map((entry) => `Tenants, ${tenant} / ${entry}`),
      ...all.clients.map((clientId) => `Clients, ${clientId}`),
      ...all.users.map((username) => `Users, ${tenant} / ${username}`),
    ];
    return outcomeOf(found, show, { summary });
  },
};
