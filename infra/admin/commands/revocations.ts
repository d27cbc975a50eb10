// `revoke user|client|tenant|token`.

import { canonicalName, foldedName, parseUsername, subjectOf } from '../../../functions/configuration/username.ts';
import { grantIdOfOpaqueToken } from '../../../functions/own-tokens/opaque-token.ts';
import type { HolderName } from '../../../functions/storage/aws/revocation.ts';
import { type Command, CommandFailed, type Operator } from './command.ts';
import { findInStores } from './find-in-stores.ts';

export const revokeUser: Command = {
  words: 'revoke user',
  takes: ['USER'],
  does: 'ends all that a user has open, by the name of the login (publisher@my_company, in every store of the tenant; EXTERNAL/userx@my_company in that one) or by `sub`',
  async run(operator, [typed = '']) {
    const subjects = await findSubjects(operator, typed);
    const counts = await Promise.all(
      [...subjects].map(async (subject) => [subject, await operator.revocation.revokeUser(subject)] as const),
    );
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    operator.print(`${total} grants and sessions are ended`);
    for (const [subject, count] of counts) if (count > 0) operator.print(`  ${count} of ${subject}`);
    if (total > 0) return 0;
    operator.print('Nobody of that name has anything open. A name must be one of the login, with its tenant, or the `sub` of a token.');
    return 1;
  },
};

/**
 * Under what a user's grants may be filed: what was typed, as a `sub`; what the stores say whom they know by the name; and
 * what is open for a user of that name, whom no store may know any more, or only with a password.
 */
async function findSubjects(operator: Operator, typed: string): Promise<ReadonlySet<string>> {
  const asked = parseUsername(typed);
  if (asked?.tenant === undefined) throw new CommandFailed('USER must name the tenant: publisher@my_company, EXTERNAL/userx@my_company.');
  const { domain, tenant } = asked;
  const name = canonicalName(asked.name);
  const isMeant = (user: HolderName): boolean =>
    subjectOf(user) === typed || ((domain === undefined || user.domain === domain) && isCalled(user, name));
  const [known, open] = await Promise.all([
    findInStores(operator, { ...asked, tenant }),
    operator.revocation.findSubjects(tenant, isMeant),
  ]);
  return new Set([typed, ...known.map(subjectOf), ...open]);
}

/** Whether the name is the user's, in any spelling that is one user to the store (A97). */
function isCalled({ username, subjectName }: HolderName, name: string): boolean {
  return canonicalName(username) === name || (subjectName !== undefined && subjectName === foldedName(name));
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
  does: 'ends the grant of an access or refresh token of any format, which is read from standard input',
  async run({ grants, tenants, clock, readInput, print }) {
    const token = (await readInput()).trim();
    const id = grantIdOf(token);
    if (id === undefined) throw new CommandFailed('Standard input is no token of Gatehouse.');
    const grant = await grants.findGrant(id, Math.floor(clock() / 1000));
    if (grant === undefined) throw new CommandFailed('The grant of the token is not there: it has ended already.');
    await grants.deleteGrant(id);
    print('the grant of the token is ended');
    if (token.startsWith('ey') && (await tenants.findTenant(grant.tenant))?.jwtRevocation === 'offline')
      print(
        'warning: JWTs of this tenant are not looked up (jwtRevocation: offline). It lives until its end; see revoke tenant and revoke client.',
      );
    return 0;
  },
};

const JWT_ID = /^([\w-]{22})\.\d{1,15}$/;

/** Whoever may delete grants need not prove that a token is one of ours: it only names the grant. */
function grantIdOf(token: string): string | undefined {
  const opaque = grantIdOfOpaqueToken('access', token) ?? grantIdOfOpaqueToken('refresh', token);
  if (opaque !== undefined) return opaque;
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const jti = typeof claims === 'object' && claims !== null && 'jti' in claims ? claims.jti : undefined;
    return typeof jti === 'string' ? JWT_ID.exec(jti)?.[1] : undefined;
  } catch {
    return undefined;
  }
}
