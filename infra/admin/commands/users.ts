// `user create`, `set-password`, `disable`, `enable`: the primary userstore. Passwords come from standard input, never
// from the command line, which other processes and the shell's history can see.

import { randomBytes, randomUUID } from 'node:crypto';
import { hashByArgon2id } from '../../../functions/userstores/password-hashes/argon2.ts';
import { type Command, CommandFailed, listOption, type Operator, type Option, requireConfirmed, UsageFailed } from './command.ts';
import { type Ended, endSessionsOf, lineOfEnded } from './end-user-sessions.ts';
import { outcomeOf } from './outcome.ts';
import { requireTenant } from './require-tenant.ts';
import { linesOfWritten, replaceItem, requireItem, type WrittenEntry } from './write-item.ts';

const MAX_PASSWORD_BYTES = 1024;

const PASSWORD_OPTION: Readonly<Record<string, Option>> = {
  'password-stdin': {
    type: 'boolean',
    explains: 'read the password from standard input, at a terminal without echo; else one is made and printed',
  },
};

export const createUser: Command = {
  words: 'user create',
  takes: ['TENANT', 'USERNAME'],
  does: 'makes a user of the primary store; the password comes from standard input with --password-stdin, else one is made and printed',
  options: {
    role: { type: 'string', multiple: true, explains: 'a role of the user' },
    claim: { type: 'string', multiple: true, takes: 'NAME=VALUE', explains: 'a claim of the user' },
    ...PASSWORD_OPTION,
  },
  effect: 'writes',
  async run(operator, [tenant = '', username = ''], options) {
    await requireTenant(operator, tenant);
    const password = await readPassword(operator, options['password-stdin'] === true);
    const { item, table, label } = requireItem(
      {
        tenant,
        username,
        id: randomUUID(),
        passwordHash: await hashByArgon2id(password.text),
        status: 'active',
        roles: listOption(options, 'role'),
        claims: Object.fromEntries(listOption(options, 'claim').map(parseClaim)),
      },
      `${tenant} / ${username}`,
    );
    if (!(await operator.tables.create('Users', item))) throw new CommandFailed(`${table}, ${label}: is there already.`);
    const made: MadeUser = { entry: `${table}, ${label}`, became: 'created', id: String(item.id), ...shownPassword(password) };
    return outcomeOf(made, (user) => [`created: ${user.entry}`, ...linesOfPassword(user)]);
  },
};

export const setPassword: Command = {
  words: 'user set-password',
  takes: ['TENANT', 'USERNAME'],
  does: 'sets a password as user create does; what the user has open ends, unless endOnPasswordChange of the tenant is false',
  options: PASSWORD_OPTION,
  effect: 'ends',
  async run(operator, [tenant = '', username = ''], options) {
    const stored = await requireUser(operator, tenant, username);
    await requireConfirmed(operator, `Give ${username}@${tenant} a new password, and end what the user has open?`);
    const password = await readPassword(operator, options['password-stdin'] === true);
    // What stood beside the old hash is about the old hash.
    const { rehashed: _, ...kept } = stored;
    const passwordHash = await hashByArgon2id(password.text);
    const written = await replaceItem(operator, requireItem({ ...kept, passwordHash }, `${tenant} / ${username}`));
    const isEnding = (await operator.tenants.findTenant(tenant))?.endOnPasswordChange !== false;
    const ended = isEnding ? { ended: await endSessionsOf(operator, stored, 'password-set') } : {};
    return outcomeOf({ ...written, ...ended, ...shownPassword(password) }, linesOfChangedUser);
  },
};

const withStatus = (word: string, status: 'active' | 'disabled', does: string): Command => ({
  effect: status === 'disabled' ? 'ends' : 'writes',
  words: `user ${word}`,
  takes: ['TENANT', 'USERNAME'],
  does,
  async run(operator, [tenant = '', username = '']) {
    const stored = await requireUser(operator, tenant, username);
    if (status === 'disabled') await requireConfirmed(operator, `Disable ${username}@${tenant}, and end what the user has open?`);
    const written = await replaceItem(operator, requireItem({ ...stored, status }, `${tenant} / ${username}`));
    const ended = status === 'disabled' ? { ended: await endSessionsOf(operator, stored, 'user-disabled') } : {};
    return outcomeOf({ ...written, ...ended }, linesOfChangedUser);
  },
});

export const disableUser = withStatus('disable', 'disabled', 'lets a user get no more tokens, and ends what the user has open');

export const enableUser = withStatus('enable', 'active', 'lets a user get tokens again');

interface ShownPassword {
  /** Absent: the operator gave it. */
  readonly password?: string;
}

interface MadeUser extends ShownPassword {
  readonly entry: string;
  readonly became: 'created';
  readonly id: string;
}

interface ChangedUser extends WrittenEntry, ShownPassword {
  readonly ended?: Ended;
}

const shownPassword = ({ text, isMade }: GivenPassword): ShownPassword => (isMade ? { password: text } : {});

const linesOfPassword = ({ password }: ShownPassword): string[] =>
  password === undefined ? [] : [`password: ${password}   (shown this once)`];

function linesOfChangedUser(user: ChangedUser): string[] {
  return [...linesOfWritten(user), ...(user.ended === undefined ? [] : [lineOfEnded(user.ended)]), ...linesOfPassword(user)];
}

async function requireUser({ tables }: Operator, tenant: string, username: string) {
  const stored = await tables.get('Users', { tenant, username });
  if (stored === undefined) throw new CommandFailed(`Users, ${tenant} / ${username}: is not there.`);
  return stored;
}

interface GivenPassword {
  readonly text: string;
  /** Whether the command has made it, and must show it. */
  readonly isMade: boolean;
}

async function readPassword(operator: Operator, isGiven: boolean): Promise<GivenPassword> {
  if (!isGiven) return { text: randomBytes(18).toString('base64url'), isMade: true };
  return { text: await readGivenPassword(operator), isMade: false };
}

/** The password on standard input. */
export async function readGivenPassword(operator: Operator): Promise<string> {
  const text = await operator.readSecret('Password');
  if (text === '') throw new CommandFailed('The password is empty.');
  if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES) throw new CommandFailed(`The password is longer than ${MAX_PASSWORD_BYTES} bytes.`);
  return text;
}

function parseClaim(claim: string): [string, string] {
  const at = claim.indexOf('=');
  if (at < 1) throw new UsageFailed('--claim must be NAME=VALUE.');
  return [claim.slice(0, at), claim.slice(at + 1)];
}
