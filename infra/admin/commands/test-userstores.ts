// `userstore test`: a login as the functions do it, store by store, told to the operator and counted nowhere.

import { formatTrial } from '../userstores/format-trial.ts';
import type { Tried } from '../userstores/operator-answer.ts';
import { type Command, CommandFailed } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';
import { readGivenPassword } from './users.ts';
import { FROM_HERE } from './userstore-doctor.ts';

export const testUserstores: Command = {
  words: 'userstore test',
  takes: ['TENANT', 'USERNAME'],
  does: 'tries a login with the password on standard input, and says what each store answered, how long it took, and what its reply did not have',
  options: {
    'password-stdin': {
      type: 'boolean',
      explains: 'read the password from standard input, as is done in any case where that is no terminal',
    },
    'from-here': FROM_HERE,
  },
  effect: 'reads',
  async run(operator, [tenant = '', username = ''], options) {
    const password = await readGivenPassword(operator);
    const { answer, from } = await operator.askUserstores({ action: 'test', tenant, username, password }, options['from-here'] === true);
    if (answer.kind !== 'tried') throw new CommandFailed(answer.kind === 'refused' ? answer.detail : 'That is no trial.');
    return outcomeOf({ tenant, from, stores: answer.stores }, formatTrial, { exitCode: exitCodeOf(answer) });
  },
};

/** An outage is told apart from a no, as by a login. */
function exitCodeOf({ stores }: Tried): ExitCode {
  if (stores.some(({ outcome }) => outcome === 'authenticated')) return EXIT.done;
  return stores.some(({ outcome }) => outcome === 'unavailable') ? EXIT.outage : EXIT.refused;
}
