// `revoke user|client|tenant|token`.

import { endNamedUser } from '../incidents/end-named-user.ts';
import { endToken } from '../incidents/end-token.ts';
import { createScanPace } from '../incidents/scan-pace.ts';
import { type Command, CommandFailed, requireConfirmed, textOption } from './command.ts';

export const revokeUser: Command = {
  words: 'revoke user',
  takes: ['USER'],
  does: 'ends all that a user has open, by the name of the login (publisher@my_company, EXTERNAL/userx@my_company, userx), a mail address, a unique id or a `sub`',
  options: { tenant: { type: 'string', explains: 'the tenant, where the name does not say it' } },
  effect: 'ends',
  async run(operator, [typed = ''], options) {
    const { print, report, confirm } = operator;
    const pace = createScanPace({ stopwatch: () => performance.now(), wait, report });
    const steps = { confirm, report, onPage: pace };
    const ended = await endNamedUser(operator, { typed, tenant: textOption(options, 'tenant') }, steps);
    for (const { user, grants, sessions } of ended) print(`ended: ${grants} grants and ${sessions} sign-in sessions of ${user}`);
    if (ended.length > 0) return 0;
    report(
      'Nothing was ended: nobody of that name has anything open. Try the `sub` (the field `subject` of the log lines of the login), a mail address, or --tenant.',
    );
    return 1;
  },
};

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const revokeClient: Command = {
  words: 'revoke client',
  takes: ['CLIENT_ID'],
  does: 'ends every token that a client got until now, within seconds',
  effect: 'ends',
  async run({ revocation, clock, print, confirm }, [clientId = '']) {
    await requireConfirmed({ confirm }, `End every token of ${clientId} that was issued until now?`);
    if (!(await revocation.revokeClient(clientId, Math.floor(clock() / 1000))))
      throw new CommandFailed(`Clients, ${clientId}: is not there.`);
    print(`tokens of ${clientId} that were issued until now are dead`);
    return 0;
  },
};

export const revokeTenant: Command = {
  words: 'revoke tenant',
  takes: ['TENANT'],
  does: 'ends every token and sign-in session of a tenant that began until now, within seconds',
  effect: 'ends',
  async run({ revocation, clock, print, confirm }, [tenant = '']) {
    await requireConfirmed({ confirm }, `End every token and sign-in session of ${tenant} that began until now?`);
    if (!(await revocation.revokeTenant(tenant, Math.floor(clock() / 1000))))
      throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    print(`tokens and sign-in sessions of ${tenant} that began until now are dead`);
    return 0;
  },
};

export const revokeToken: Command = {
  words: 'revoke token',
  takes: [],
  does: 'ends the grant of an access or refresh token of any format, or of an authorization code, which is read from standard input',
  effect: 'ends',
  async run(operator) {
    const { print, report, confirm, readSecret } = operator;
    const ended = await endToken(operator, await readSecret('Token'), confirm);
    if (ended === undefined) return 1;
    print(`ended: the grant of the ${ended.what}, client ${ended.clientId}${ended.user === undefined ? '' : `, user ${ended.user}`}`);
    if (ended.livesUntil !== undefined)
      report(
        `warning: JWTs of ${ended.tenant} are not looked up (jwtRevocation: offline): this one lives until ${ended.livesUntil}. revoke tenant or revoke client end it.`,
      );
    return 0;
  },
};
