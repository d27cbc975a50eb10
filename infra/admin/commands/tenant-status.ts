// `tenant suspend` and `tenant activate`.

import { type Command, CommandFailed } from './command.ts';

export const suspendTenant: Command = {
  words: 'tenant suspend',
  takes: ['TENANT'],
  does: 'lets nobody of a tenant in, within seconds, and ends all its tokens and sign-in sessions; with --pause those that have not run out live again after tenant activate',
  options: { pause: { type: 'boolean' } },
  async run({ revocation, clock, print }, [tenant = ''], { pause }) {
    const isPause = pause === true;
    if (!(await revocation.suspendTenant(tenant, isPause ? undefined : Math.floor(clock() / 1000))))
      throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    print(`suspended: ${tenant}. Logins, renewals, sign-in sessions and API calls of its users and clients are refused within seconds.`);
    print(
      isPause
        ? 'What has not run out by then lives again after: tenant activate'
        : 'All tokens and sign-in sessions are ended: after tenant activate everybody logs in anew.',
    );
    return 0;
  },
};

export const activateTenant: Command = {
  words: 'tenant activate',
  takes: ['TENANT'],
  does: 'lets users and clients of a tenant in again',
  async run({ revocation, print }, [tenant = '']) {
    if (!(await revocation.activateTenant(tenant))) throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    print(`active: ${tenant}`);
    return 0;
  },
};
