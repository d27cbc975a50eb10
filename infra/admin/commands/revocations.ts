// `revoke user|client|tenant|token`.

import { canonicalName, parseUsername, subjectOf } from '../../../functions/configuration/username.ts';
import { grantIdOfOpaqueToken } from '../../../functions/own-tokens/opaque-token.ts';
import { type Command, CommandFailed, type Operator } from './command.ts';

export const revokeUser: Command = {
  words: 'revoke user',
  takes: ['USER'],
  does: 'ends every grant of a user: a name such as publisher@my_company, or what follows `sub` in the log and in tokens',
  async run(operator, [typed = '']) {
    let count = 0;
    for (const subject of await subjectsOf(operator, typed)) count += await operator.revocation.revokeUser(subject);
    operator.print(`${count} grants are ended`);
    if (count === 0) operator.print('A store with ids of its own knows the user under another subject: give the `sub` of a token.');
    return 0;
  },
};

/** What grants of this user may be filed under: as typed, by name, and for the primary store by the id of the Users table. */
async function subjectsOf({ tables }: Operator, typed: string): Promise<ReadonlySet<string>> {
  const name = parseUsername(typed);
  if (name?.tenant === undefined) throw new CommandFailed('USER must name the tenant: publisher@my_company, EXTERNAL/userx@my_company.');
  const { domain = 'PRIMARY', tenant } = name;
  const subjects = new Set([typed, subjectOf({ tenant, domain, username: name.name })]);
  if (domain !== 'PRIMARY') return subjects;
  const item = await tables.get('Users', { tenant, username: canonicalName(name.name) });
  if (typeof item?.id === 'string') subjects.add(subjectOf({ tenant, domain, username: name.name, id: item.id }));
  return subjects;
}

export const revokeClient: Command = {
  words: 'revoke client',
  takes: ['CLIENT_ID'],
  does: 'ends every token that a client got until now, within seconds',
  async run({ revocation, clock, print }, [clientId = '']) {
    if (!(await revocation.revokeClient(clientId, Math.floor(clock() / 1000))))
      throw new CommandFailed(`Clients, ${clientId}: is not there.`);
    print(`tokens of ${clientId} that were issued until now are dead`);
    return 0;
  },
};

export const revokeTenant: Command = {
  words: 'revoke tenant',
  takes: ['TENANT'],
  does: 'ends every token of a tenant that was issued until now, within seconds',
  async run({ revocation, clock, print }, [tenant = '']) {
    if (!(await revocation.revokeTenant(tenant, Math.floor(clock() / 1000))))
      throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    print(`tokens of ${tenant} that were issued until now are dead`);
    return 0;
  },
};

export const revokeToken: Command = {
  words: 'revoke token',
  takes: [],
  does: 'ends the grant of an opaque access or refresh token, which is read from standard input',
  async run({ deleteGrant, readInput, print }) {
    const token = (await readInput()).trim();
    const id = grantIdOfOpaqueToken('access', token) ?? grantIdOfOpaqueToken('refresh', token);
    if (id === undefined) throw new CommandFailed('Standard input is no opaque token of Gatehouse.');
    await deleteGrant(id);
    print('the grant of the token is ended');
    return 0;
  },
};
