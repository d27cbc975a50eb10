// All questions, in the order in which they are asked: what everything else needs comes first, what waits comes last.

import { basicQuestions } from './basics.ts';
import { cachingQuestions } from './caching.ts';
import { discoveryQuestions } from './discovery.ts';
import { feedQuestions } from './feed.ts';
import { headerQuestions } from './headers.ts';
import { httpApiQuestions } from './http-api.ts';
import { operationQuestions } from './operations.ts';
import { pathQuestions } from './paths.ts';
import type { Question } from './question.ts';
import type { Credentials, SettleTargets } from './targets.ts';
import { webSocketQuestions } from './web-socket.ts';
import { workloadQuestions } from './workload.ts';

export function allQuestions(targets: SettleTargets, credentials: Credentials): readonly Question[] {
  return [
    ...basicQuestions(targets, credentials),
    ...headerQuestions(targets, credentials),
    ...pathQuestions(targets, credentials),
    ...httpApiQuestions(targets, credentials),
    ...webSocketQuestions(targets, credentials),
    ...discoveryQuestions(targets),
    ...workloadQuestions(targets),
    ...feedQuestions(targets),
    ...cachingQuestions(targets),
    ...operationQuestions(targets),
  ];
}
