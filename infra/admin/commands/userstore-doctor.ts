// `userstore doctor`: which step of a login fails at each server of a store, in its own words, and what to change.

import { REASONS } from '../reasons/index.ts';
import { type DoctorReport, formatExamination, summaryOf } from '../userstores/format-examination.ts';
import type { Examined, StepAnswer } from '../userstores/operator-answer.ts';
import { type Command, CommandFailed, type Option, type Options, textOption, UsageFailed } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';
import { readGivenPassword } from './users.ts';

/** Of `userstore test`, too. */
export const FROM_HERE: Option = {
  type: 'boolean',
  explains: 'ask from the network of this machine; else from that of the functions, by the operator function of the stack',
};

export const doctorUserstore: Command = {
  words: 'userstore doctor',
  takes: ['TENANT', 'DOMAIN'],
  does: 'goes through what a login does at each server of a store, step by step, and says of the first that fails what the other side said and what to change. Without a password nobody’s is tried, and nothing is counted',
  options: {
    user: { type: 'string', takes: 'NAME', explains: 'the user to look up; else any whom the store finds' },
    'password-stdin': {
      type: 'boolean',
      explains: 'try the password of --user too: from standard input, at a terminal without echo. The directory counts it as a login',
    },
    'from-here': FROM_HERE,
  },
  effect: 'reads',
  async run(operator, [tenant = '', typedDomain = ''], options) {
    const domain = typedDomain.toUpperCase();
    const { answer, from } = await operator.askUserstores(
      { action: 'doctor', tenant, domain, ...(await userOf(operator, options)) },
      options['from-here'] === true,
    );
    if (answer.kind !== 'examined') throw new CommandFailed(answer.kind === 'refused' ? answer.detail : 'That is no examination.');
    const report: DoctorReport = {
      tenant,
      userstore: domain,
      type: answer.type,
      from,
      timeoutMs: answer.timeoutMs,
      servers: withRemedies(answer),
    };
    const isFaulty = report.servers.some(({ steps }) => steps.some(({ outcome }) => outcome === 'failed'));
    return outcomeOf(report, formatExamination, { summary: summaryOf(report), exitCode: isFaulty ? EXIT.refused : EXIT.done });
  },
};

async function userOf(
  operator: Parameters<Command['run']>[0],
  options: Options,
): Promise<{ readonly user?: string; readonly password?: string }> {
  const user = textOption(options, 'user');
  if (options['password-stdin'] !== true) return user === undefined ? {} : { user };
  if (user === undefined) throw new UsageFailed('--password-stdin is of a user: add --user NAME.');
  return { user, password: await readGivenPassword(operator) };
}

/** Where the examination has no better one: what the page of reasons says. */
function withRemedies({ servers }: Examined): Examined['servers'] {
  const remedies: Readonly<Record<string, { readonly change: string } | undefined>> = REASONS;
  const complete = (step: StepAnswer): StepAnswer => {
    const change = step.outcome === 'failed' && step.reason !== undefined ? remedies[step.reason]?.change : undefined;
    return step.remedy === undefined && change !== undefined ? { ...step, remedy: change } : step;
  };
  return servers.map(({ server, steps }) => ({ server, steps: steps.map(complete) }));
}
