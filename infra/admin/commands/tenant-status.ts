// `tenant suspend` and `tenant activate`.

import { type Command, CommandFailed, requireConfirmed } from './command.ts';
import { outcomeOf } from './outcome.ts';

export const suspendTenant: Command = {
  words: 'tenant suspend',
  takes: ['TENANT'],
  does: 'lets nobody of a tenant in, within seconds, and ends all its tokens and sign-in sessions',
  options: { pause: { type: 'boolean', explains: 'end nothing for good: what has not run out lives again after tenant activate' } },
  effect: 'ends',
  async run({ revocation, clock, confirm, audit }, [tenant = ''], { pause }) {
    const isPause = pause === true;
    await requireConfirmed({ confirm }, `Let nobody of ${tenant} in, and ${isPause ? 'stop' : 'end'} all its tokens and sign-in sessions?`);
    if (!(await revocation.suspendTenant(tenant, isPause ? undefined : Math.floor(clock() / 1000))))
      throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    await audit({ audit: 'tenant-suspended', tenant });
    const after = isPause
      ? 'What has not run out by then lives again after: tenant activate'
      : 'All tokens and sign-in sessions are ended: after tenant activate everybody logs in anew.';
    const summary = `Logins, renewals, sign-in sessions and API calls of its users and clients are refused within seconds. ${after}`;
    return outcomeOf({ tenant, status: 'suspended', ended: !isPause }, (done) => [`suspended: ${done.tenant}`], { summary });
  },
};

export const activateTenant: Command = {
  words: 'tenant activate',
  takes: ['TENANT'],
  does: 'lets users and clients of a tenant in again',
  effect: 'writes',
  async run({ revocation, audit }, [tenant = '']) {
    if (!(await revocation.activateTenant(tenant))) throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    await audit({ audit: 'tenant-activated', tenant });
    return outcomeOf({ tenant, status: 'active' }, (done) => [`active: ${done.tenant}`]);
  },
};
