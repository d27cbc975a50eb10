// `userstore test`: a login as the functions do it, store by store, told to the operator and counted nowhere.

import { performance } from 'node:perf_hooks';
import type { Tenant } from '../../../functions/configuration/model.ts';
import { parseUsername, qualifiedName } from '../../../functions/configuration/username.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import type { StoreAnswer, Userstore } from '../../../functions/userstores/userstore.ts';
import { type Command, CommandFailed, type Operator } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';
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
    const answers: StoreTold[] = [];
    for (const store of stores) {
      const isDecided = answers.some(({ answer }) => answer !== 'unknown');
      answers.push(isDecided ? { store: store.domain, answer: 'not-asked', says: 'not asked' } : await ask(store, asked.name, password));
    }
    const isIn = answers.some(({ answer }) => answer === 'authenticated');
    return outcomeOf(answers, (all) => all.flatMap(linesOf), { exitCode: exitCodeOf(answers, isIn) });
  },
};

/** An outage is told apart from a no, as by a login. */
function exitCodeOf(answers: readonly StoreTold[], isIn: boolean): ExitCode {
  if (isIn) return EXIT.done;
  return answers.some(({ answer }) => answer === 'unavailable') ? EXIT.outage : EXIT.refused;
}

interface StoreTold {
  readonly store: string;
  readonly answer: StoreAnswer['kind'] | 'unavailable' | 'not-asked';
  readonly says: string;
  /** Absent: it was not asked. */
  readonly tookMs?: number;
  /** What its service account may not read. */
  readonly warning?: string;
}

const linesOf = ({ store, says, tookMs, warning }: StoreTold): string[] => [
  `${store}: ${says}${tookMs === undefined ? '' : `, ${tookMs} ms`}`,
  ...(warning === undefined ? [] : [`${store}: ${warning}`]),
];

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

async function ask({ domain, open }: NamedStore, name: string, password: string): Promise<StoreTold> {
  const startedMs = performance.now();
  const tookMs = () => Math.round(performance.now() - startedMs);
  try {
    const store = await open();
    const answer = await store.authenticate(name, password, async () => ({ kind: 'reserved' }));
    const answered = { store: domain, answer: answer.kind, says: told(answer), tookMs: tookMs() };
    const warning = await describeStateRights(store);
    return warning === undefined ? answered : { ...answered, warning };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const says = `unavailable, ${error.reason}${causeOf(error)}: a login ends here with 503`;
    return { store: domain, answer: 'unavailable', says, tookMs: tookMs() };
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
