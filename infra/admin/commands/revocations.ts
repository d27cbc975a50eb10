// `revoke user|client|tenant|token`.

import { endNamedUser } from '../incidents/end-named-user.ts';
import { endToken } from '../incidents/end-token.ts';
import { createScanPace } from '../incidents/scan-pace.ts';
import { type Command, CommandFailed, textOption } from './command.ts';

const yes = async () => true;

export const revokeUser: Command = {
  words: 'revoke user',
  takes: ['USER'],
  does: 'ends all that a user has open, by the name of the login (publisher@my_company, EXTERNAL/userx@my_company, userx), a mail address, a unique id or a `sub`',
  options: { tenant: { type: 'string' } },
  async run(operator, [typed = ''], options) {
    const { print } = operator;
    const pace = createScanPace({ stopwatch: () => performance.now(), wait, report: print });
    const steps = { confirm: yes, report: print, onPage: pace };
    const ended = await endNamedUser(operator, { typed, tenant: textOption(options, 'tenant') }, steps);
    for (const { user, grants, sessions } of ended) print(`ended: ${grants} grants and ${sessions} sign-in sessions of ${user}`);
    if (ended.length > 0) return 0;
    print(
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
  does: 'ends every token and sign-in session of a tenant that began until now, within seconds',
  async run({ revocation, clock, print }, [tenant = '']) {
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
  async run(operator) {
    const { print } = operator;
    const ended = await endToken(operator, await operator.readInput(), yes);
    if (ended === undefined) return 1;
    print(`ended: the grant of the ${ended.what}, client ${ended.clientId}${ended.user === undefined ? '' : `, user ${ended.user}`}`);
    if (ended.livesUntil !== undefined)
      print(
        `warning: JWTs of ${ended.tenant} are not looked up (jwtRevocation: offline): this one lives until ${ended.livesUntil}. revoke tenant or revoke client end it.`,
      );
    return 0;
  },
};
