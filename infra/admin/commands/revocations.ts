// `revoke user|client|tenant|token`.

import { isClientUrl } from '../../../functions/configuration/client-url.ts';
import { parseClientUrl } from '../../../functions/configuration/parse-client-url.ts';
import { endNamedUser } from '../incidents/end-named-user.ts';
import { endToken } from '../incidents/end-token.ts';
import { createScanPace } from '../incidents/scan-pace.ts';
import { type Command, CommandFailed, requireConfirmed, textOption, UsageFailed } from './command.ts';
import { counted } from './counted.ts';
import { lineOfEnded } from './end-user-sessions.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';

export const revokeUser: Command = {
  words: 'revoke user',
  takes: ['USER'],
  does: 'ends all that a user has open, by the name of the login (publisher@my_company, EXTERNAL/userx@my_company, userx), a mail address, a unique id or a `sub`',
  options: { tenant: { type: 'string', explains: 'the tenant, where the name does not say it' } },
  effect: 'ends',
  async run(operator, [typed = ''], options) {
    const { report } = operator;
    let isRefused = false;
    const confirm = async (question: string): Promise<boolean> => {
      const isYes = await operator.confirm(question);
      isRefused ||= !isYes;
      return isYes;
    };
    const pace = createScanPace({ stopwatch: () => performance.now(), wait, report });
    const steps = { confirm, report, onPage: pace };
    const ended = await endNamedUser(operator, { typed, tenant: textOption(options, 'tenant') }, steps);
    for (const { subject, tenant, grants, sessions } of ended)
      await operator.audit({ audit: 'user-revoked', tenant, subject, grants, sessions });
    if (isRefused && ended.length === 0) throw new CommandFailed('Nothing was done.');
    const summary =
      ended.length === 0
        ? NOTHING_ENDED
        : `ended what ${counted(ended.length, 'user')} had open. Who may still log in can do so again: user disable, or the directory, keeps a user out.`;
    return outcomeOf(ended, (users) => users.map(lineOfEnded), { summary, exitCode: ended.length === 0 ? EXIT.refused : EXIT.done });
  },
};

const NOTHING_ENDED =
  'Nothing was ended: nobody of that name has anything open. Try the `sub` (the field `subject` of the log lines of the login), a mail address, or --tenant.';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const revokeClient: Command = {
  words: 'revoke client',
  takes: ['CLIENT_ID'],
  does: 'ends every token that a client got until now, within seconds; of one whose id is the URL of a document, at the tenant that --tenant names',
  options: {
    tenant: { type: 'string', explains: 'the tenant, of a client whose id is a URL: such a client has no entry that would say it' },
  },
  effect: 'ends',
  async run(operator, [clientId = ''], options) {
    const { revocation, clock, confirm, audit } = operator;
    const tenant = textOption(options, 'tenant');
    if (isClientUrl(clientId) && tenant === undefined) throw new UsageFailed(`${clientId} has no entry: say at which tenant, by --tenant.`);
    if (!isClientUrl(clientId) && tenant !== undefined)
      throw new UsageFailed(`--tenant is for clients whose id is a URL, and ${clientId} is none.`);
    // In another spelling it would end nothing, and say that it did; one that is too long would make the tenant's entry wrong.
    if (tenant !== undefined && parseClientUrl(clientId, { allowLoopback: true }) === undefined)
      throw new UsageFailed(`${clientId} is the id of no client: write the URL of its document as sessions shows it.`);
    const where = tenant === undefined ? '' : ` at ${tenant}`;
    await requireConfirmed({ confirm }, `End every token of ${clientId}${where} that was issued until now?`);
    const nowSeconds = Math.floor(clock() / 1000);
    if (tenant !== undefined && !(await revocation.revokeClientOfDocument(tenant, clientId, nowSeconds)))
      throw new CommandFailed(`Tenants, ${tenant} / tenant: is not there.`);
    if (tenant === undefined && !(await revocation.revokeClient(clientId, nowSeconds)))
      throw new CommandFailed(`Clients, ${clientId}: is not there.`);
    await audit({ audit: 'client-revoked', clientId, ...(tenant !== undefined && { tenant }) });
    return outcomeOf({ client: clientId, tokensNotBefore: nowSeconds + 1 }, ({ client }) => [
      `tokens of ${client} that were issued until now are dead`,
    ]);
  },
};

export const revokeTenant: Command = {
  words: 'revoke tenant',
  takes: ['TENANT'],
  does: 'ends every token and sign-in session of a tenant that began until now, within seconds',
  effect: 'ends',
  async run({ revocation, clock, confirm, audit }, [name = '']) {
    await requireConfirmed({ confirm }, `End every token and sign-in session of ${name} that began until now?`);
    const nowSeconds = Math.floor(clock() / 1000);
    if (!(await revocation.revokeTenant(name, nowSeconds))) throw new CommandFailed(`Tenants, ${name} / tenant: is not there.`);
    await audit({ audit: 'tenant-revoked', tenant: name });
    return outcomeOf({ tenant: name, tokensNotBefore: nowSeconds + 1 }, ({ tenant }) => [
      `tokens and sign-in sessions of ${tenant} that began until now are dead`,
    ]);
  },
};

export const revokeToken: Command = {
  words: 'revoke token',
  takes: [],
  does: 'ends the grant of an access or refresh token of any format, or of an authorization code, which is read from standard input',
  effect: 'ends',
  async run(operator) {
    const { report, confirm, readSecret, audit } = operator;
    const ended = await endToken(operator, await readSecret('Token'), confirm);
    if (ended === undefined) throw new CommandFailed('Nothing was done.');
    const { tenant, clientId: client, subject, grant } = ended;
    await audit({ audit: 'grant-revoked', tenant, clientId: client, grant, ...(subject !== undefined && { subject }) });
    if (ended.livesUntil !== undefined)
      report(
        `warning: JWTs of ${ended.tenant} are not looked up (jwtRevocation: offline): this one lives until ${ended.livesUntil}. revoke tenant or revoke client end it.`,
      );
    return outcomeOf(ended, ({ what, clientId, user }) => [
      `ended: the grant of the ${what}, client ${clientId}${user === undefined ? '' : `, user ${user}`}`,
    ]);
  },
};
