// `userstore test`: a login as the functions do it, store by store, told to the operator and counted nowhere.

import { performance } from 'node:perf_hooks';
import type { Tenant } from '../../../functions/configuration/model.ts';
import { parseUsername, qualifiedName } from '../../../functions/configuration/username.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { StoreAnswer, Userstore } from '../../../functions/userstores/userstore.ts';
import { type Command, CommandFailed, type Operator } from './command.ts';
import { describeStateRights } from './state-rights.ts';
import { readGivenPassword } from './users.ts';

export const testUserstores: Command = {
  words: 'userstore test',
  takes: ['TENANT', 'USERNAME'],
  does: 'tries a login with the password on standard input, and says what each store answered and how long it took',
  options: {
    'password-stdin': {
      type: 'boolean',
      explains: 'read the password from standard input, as is done in any case where that is no terminal',
    },
  },
  effect: 'reads',
  async run(operator, [tenantName = '', typed = '']) {
    const tenant = await operator.tenants.findTenant(tenantName);
    if (tenant === undefined) throw new CommandFailed(`Tenants, ${tenantName} / tenant: is not there, or is wrong. See check.`);
    const asked = parseUsername(`${typed}@${tenantName}`);
    if (asked === undefined)
      throw new CommandFailed(
        'No store may be asked for this name: it is empty, or has blanks at its ends or characters that do not show.',
      );
    const password = await readGivenPassword(operator);
    const stores = storesOf(operator, tenant).filter(({ domain }) => asked.domain === undefined || asked.domain === domain);
    if (stores.length === 0) throw new CommandFailed(`${tenantName} has no userstore ${asked.domain}.`);
    for (const [at, store] of stores.entries()) {
      const answer = await ask(operator, store, asked.name, password);
      if (answer === 'unknown') continue;
      for (const { domain } of stores.slice(at + 1)) operator.print(`${domain}: not asked`);
      return answer === 'authenticated' ? 0 : 1;
    }
    return 1;
  },
};

interface NamedStore {
  readonly domain: string;
  readonly open: () => Promise<Userstore>;
}

/** In the order in which a login asks them. */
function storesOf({ userstores }: Operator, tenant: Tenant): NamedStore[] {
  const secondary = tenant.userstores.map((configured) => ({
    domain: configured.domain,
    open: () => userstores.secondary(tenant, configured),
  }));
  return [{ domain: 'PRIMARY', open: async () => userstores.primary(tenant) }, ...secondary];
}

async function ask(
  { print }: Operator,
  { domain, open }: NamedStore,
  name: string,
  password: string,
): Promise<StoreAnswer['kind'] | 'unavailable'> {
  const startedMs = performance.now();
  const took = () => `${Math.round(performance.now() - startedMs)} ms`;
  try {
    const store = await open();
    const answer = await store.authenticate(name, password, async () => ({ kind: 'reserved' }));
    print(`${domain}: ${told(answer)}, ${took()}`);
    const missing = await describeStateRights(store);
    if (missing !== undefined) print(`${domain}: ${missing}`);
    return answer.kind;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    print(`${domain}: unavailable, ${error.reason}${causeOf(error)}, ${took()}: a login ends here with 503`);
    return 'unavailable';
  }
}

function told(answer: StoreAnswer): string {
  switch (answer.kind) {
    case 'authenticated': {
      const { user } = answer;
      const claims = Object.keys(user.claims);
      return `authenticated as ${qualifiedName(user)}, id ${user.id ?? '(none)'}, roles ${list(user.roles)}, claims ${list(claims)}`;
    }
    case 'refused':
      return `refused, ${answer.reason}`;
    case 'unknown':
      return `unknown user${answer.reason === undefined ? '' : `, ${answer.reason}`}`;
    case 'locked':
      return 'locked';
  }
}

const list = (texts: readonly string[]): string => (texts.length === 0 ? '(none)' : texts.join(' '));

function causeOf({ cause }: Unavailable): string {
  return cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
}
