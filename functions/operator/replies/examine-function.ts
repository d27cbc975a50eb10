// FLOW of the examination of a function as a userstore: its secret, then one call as a login makes it.

import type { LambdaUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { Deadline } from '../../userstores/deadline.ts';
import { createLambdaUserstore } from '../../userstores/lambda/index.ts';
import { createStoreSecret } from '../../userstores/store-secret.ts';
import { createFindSecretFault } from '../../userstores/templated-calls/secret-members.ts';
import { storeLabel, type UserstoreDependencies } from '../../userstores/userstore.ts';
import type { DoctorQuestion, StepReport } from '../examination.ts';
import { openSteps } from '../run-steps.ts';
import { passed } from '../step-result.ts';
import { callKind, examineReply, REPLY_STEPS } from './reply-steps.ts';
import { readingOf, watchReplies } from './watched-replies.ts';

const FUNCTION_STEPS = ['secret', ...REPLY_STEPS] as const;

export interface FunctionQuestion {
  readonly asked: DoctorQuestion;
  readonly entry: LambdaUserstoreEntry;
  readonly dependencies: UserstoreDependencies;
  readonly whole: Deadline;
}

export function examineFunction({ asked, entry, dependencies, whole }: FunctionQuestion): Promise<readonly StepReport[]> {
  const label = storeLabel(asked.tenant, asked.domain);
  const kind = callKind(asked, entry.lookup !== undefined);
  const steps = openSteps(FUNCTION_STEPS, { stepMs: entry.timeoutMs, whole });
  return steps.report(async () => {
    const secret = createStoreSecret(dependencies, { ...asked, secretId: entry.secretId, findFault: createFindSecretFault(entry) });
    await steps.run('secret', async () => {
      const read = await secret.read();
      return passed(
        undefined,
        entry.secretId === undefined ? 'none: the entry has no secretId' : `${entry.secretId} has ${[...read.keys()].sort().join(', ')}`,
      );
    });
    const watched = watchReplies(dependencies);
    const store = await createLambdaUserstore(asked.tenant, asked.domain, entry, watched.dependencies);
    const reading = kind === 'none' ? undefined : readingOf(entry, kind, label);
    await examineReply(steps, { asked, store, watched, kind, reading });
  });
}
