// `secret put`: the credentials of a userstore, where its entry's `secretId` looks for them. They are never on the command
// line, which other processes and the shell's history can see, and never printed.

import { type Command, CommandFailed, listOption, type Operator, UsageFailed } from './command.ts';
import { outcomeOf } from './outcome.ts';

/** Of Secrets Manager ("Quotas", AWS Secrets Manager User Guide). */
const MAX_SECRET_BYTES = 65_536;

/** Characters that a name may have there, without a slash at its ends. */
const NAME = /^[A-Za-z0-9_+=.@-]+(\/[A-Za-z0-9_+=.@-]+)*$/;

export const putSecret: Command = {
  words: 'secret put',
  takes: ['TENANT', 'SECRET'],
  does: 'writes the credentials of a userstore into Secrets Manager: a JSON map of strings on standard input, such as {"bindDn": …, "bindPassword": …} or {"username": …, "password": …}; at a terminal --member asks for each without echo',
  options: {
    member: {
      type: 'string',
      takes: 'NAME',
      multiple: true,
      explains: 'a member of the map, such as bindPassword, to be typed at the terminal',
    },
  },
  effect: 'writes',
  async run(operator, [tenant = '', typed = ''], options) {
    const name = nameOf(operator, tenant, typed);
    const members = await readMembers(operator, listOption(options, 'member'));
    const value = JSON.stringify(members);
    if (Buffer.byteLength(value) > MAX_SECRET_BYTES) throw new CommandFailed(`The secret is longer than ${MAX_SECRET_BYTES} bytes.`);
    if ((await operator.tables.get('Tenants', { tenant, entry: 'tenant' })) === undefined)
      operator.report(`warning: Tenants, ${tenant} / tenant: is not there; nobody reads the secret before it is.`);
    const became = await operator.writeSecret(name, value);
    const summary = `A userstore# entry of ${tenant} reads it with "secretId": "${name}". Functions that have it look again within five minutes, and at once where a store refuses it.`;
    return outcomeOf(
      { secret: name, became, members: Object.keys(members) },
      (put) => [`${put.became}: ${put.secret} (${put.members.join(', ')})`],
      {
        summary,
      },
    );
  },
};

/** The whole name of a secret of this tenant; it may be typed whole, or without what all of the tenant's begin with. */
function nameOf({ tenantSecretsPrefix }: Operator, tenant: string, typed: string): string {
  const prefix = `${tenantSecretsPrefix}${tenant}/`;
  const rest = typed.startsWith(prefix) ? typed.slice(prefix.length) : typed;
  // Else a slip writes one tenant's password where another tenant's store reads it.
  if (/^[a-z0-9._-]{1,63}$/.test(tenant) && NAME.test(rest) && !rest.startsWith(tenantSecretsPrefix) && `${prefix}${rest}`.length <= 512)
    return `${prefix}${rest}`;
  throw new UsageFailed(`The secret must be one of this tenant, below ${prefix}: ${prefix}ldap, or ldap alone.`);
}

async function readMembers(
  { readInput, readSecret, isInteractive }: Operator,
  asked: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  if (asked.length > 0 && !isInteractive) throw new UsageFailed('--member is for a terminal: here the JSON map comes on standard input.');
  if (asked.length === 0 && isInteractive)
    throw new UsageFailed('Name what is to be asked for, as --member bindDn --member bindPassword; or pass a JSON map on standard input.');
  const members: Record<string, string> = {};
  for (const name of asked) members[name] = await readSecret(name);
  return parseMembers(asked.length > 0 ? members : parseJson(await readInput()));
}

/** What is wrong is said without a word of what was read. */
function parseMembers(given: unknown): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new CommandFailed('Standard input must hold a JSON map of strings.');
  const wrong = Object.entries(given).filter(([, value]) => typeof value !== 'string' || value === '');
  if (wrong.length > 0) throw new CommandFailed(`${wrong.map(([name]) => name).join(', ')}: must be a string that is not empty.`);
  if (Object.keys(given).length === 0) throw new CommandFailed('The map is empty.');
  return { ...given };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
