// Asks about userstores: by the operator function of the stack, or from here by the same code.

import * as v from 'valibot';
import type { DoctorDependencies } from '../../../functions/operator/examine-store.ts';
import { createOperatorHandler } from '../../../functions/operator/handle-event.ts';
import type { Operator } from '../commands/command.ts';
import { askOperatorFunction } from './ask-operator-function.ts';
import { type AskUserstores, operatorAnswer } from './operator-answer.ts';

interface Options extends Pick<Operator, 'findStackOutputs' | 'tenantSecretsPrefix'> {
  /** What runs on this machine has no network of functions. */
  readonly isLocal: boolean;
  readonly openDependencies: () => DoctorDependencies;
}

export function createAskUserstores({ isLocal, openDependencies, ...stack }: Options): AskUserstores {
  const askHere = createOperatorHandler(openDependencies);
  return async (request, fromHere) =>
    fromHere || isLocal
      ? { answer: v.parse(operatorAnswer, await askHere(request)), from: 'from here' }
      : askOperatorFunction(stack, request);
}
