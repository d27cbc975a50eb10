// What is asked about a userstore, and what is answered: by the operator function of the stack, whose version may be another
// than that of the command line, or by the same code from here.

import * as v from 'valibot';

const step = v.object({
  step: v.string(),
  outcome: v.picklist(['passed', 'warning', 'failed', 'skipped', 'not-reached']),
  ms: v.exactOptional(v.number()),
  found: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  error: v.exactOptional(v.string()),
  remedy: v.exactOptional(v.string()),
});

const trial = v.object({
  domain: v.string(),
  outcome: v.picklist(['authenticated', 'refused', 'unknown', 'locked', 'unavailable', 'not-asked']),
  ms: v.exactOptional(v.number()),
  reason: v.exactOptional(v.string()),
  error: v.exactOptional(v.string()),
  user: v.exactOptional(
    v.object({ name: v.string(), id: v.exactOptional(v.string()), roles: v.array(v.string()), claims: v.array(v.string()) }),
  ),
  missing: v.exactOptional(v.string()),
  unreadable: v.exactOptional(v.array(v.string())),
});

export const operatorAnswer = v.variant('kind', [
  v.object({
    kind: v.literal('examined'),
    type: v.string(),
    timeoutMs: v.number(),
    servers: v.array(v.object({ server: v.string(), steps: v.array(step) })),
  }),
  v.object({ kind: v.literal('tried'), stores: v.array(trial) }),
  v.object({ kind: v.literal('refused'), detail: v.string() }),
]);

type OperatorAnswer = v.InferOutput<typeof operatorAnswer>;

export type Examined = Extract<OperatorAnswer, { kind: 'examined' }>;
export type Tried = Extract<OperatorAnswer, { kind: 'tried' }>;
export type StepAnswer = v.InferOutput<typeof step>;
export type TrialAnswer = v.InferOutput<typeof trial>;

export type OperatorRequest =
  | { readonly action: 'doctor'; readonly tenant: string; readonly domain: string; readonly user?: string; readonly password?: string }
  | { readonly action: 'test'; readonly tenant: string; readonly username: string; readonly password: string };

/** An answer, and who gave it: `from the function Gatehouse-…`, `from here`. */
export interface Asked {
  readonly answer: OperatorAnswer;
  readonly from: string;
}

/** @param fromHere whether the network of this machine is to be asked, and not that of the functions */
export type AskUserstores = (request: OperatorRequest, fromHere: boolean) => Promise<Asked>;
