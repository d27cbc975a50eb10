// `entry = "handler#<name>"`: a function of the deployment's own that says who calls an API; a rule
// names it as `lambda:<name>`.

import * as v from 'valibot';
import { functionArn, whole } from './fields.ts';

export const handlerEntry = v.object({
  functionArn,
  timeoutMs: v.optional(whole(50, 5_000), 2000),
});

export type HandlerEntry = v.InferOutput<typeof handlerEntry>;
