// `unlock`.

import { keeperOf } from '../../../functions/configuration/model.ts';
import { parseUsername, subjectOf } from '../../../functions/configuration/username.ts';
import { type Command, CommandFailed, UsageFailed } from './command.ts';
import { counted } from './counted.ts';
import { findInStores } from './find-in-stores.ts';
import { outcomeOf } from './outcome.ts';

export const unlock: Command = {
  words: 'unlock',
  takes: ['USER'],
  does: 'forgets the failed logins of a name (publisher@my_company), so that its user need not wait for the end of a lock; a lock of the directory itself is none of it',
  effect: 'writes',
  async run(operator, [typed = '']) {
    const asked = parseUsername(typed);
    if (asked?.tenant === undefined) throw new UsageFailed('USER must name the tenant: publisher@my_company.');
    const { name, tenant } = asked;
    if ((await operator.tenants.findTenant(tenant)) === undefined) throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    // Counts know no store: whichever was named, the name is counted once.
    const users = await findInStores(operator, { domain: undefined, name, tenant });
    const known = users.flatMap((user) => (user.id === undefined ? [] : [{ domain: keeperOf(user), id: user.id }]));
    const count = await operator.unlock.unlock(tenant, name, known);
    const [first] = users;
    if (count > 0) await operator.audit({ audit: 'user-unlocked', tenant, ...(first !== undefined && { subject: subjectOf(first) }) });
    return outcomeOf({ user: `${name}@${tenant}`, forgotten: count }, ({ user, forgotten }) => [
      forgotten === 0
        ? `nothing is counted for ${user}`
        : `${counted(forgotten, 'failed login')} of ${user} ${forgotten === 1 ? 'is' : 'are'} forgotten`,
    ]);
  },
};
