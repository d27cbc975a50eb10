// What is run beside somebody else's stacks: a Gatehouse where they use one of another app, and the demo where they have none.

import type { Closers } from '../emulator/closers.ts';
import { isRecord } from '../emulator/template/json.ts';
import { type AppCommand, demoApp, ownApp } from './app-command.ts';
import { hasGatehouse } from './choose-stacks.ts';
import type { SynthesisedStack } from './read-assembly.ts';
import { synthesise } from './synthesise.ts';

interface Additions {
  readonly demo: boolean;
  readonly gatewayUrl: string;
  readonly signal: AbortSignal | undefined;
  readonly closers: Closers;
}

/** @param chosen gets what is added */
export async function addOurs(chosen: SynthesisedStack[], { demo, gatewayUrl, signal, closers }: Additions): Promise<void> {
  const stacksOf = async (app: AppCommand, context: Readonly<Record<string, string | boolean>>) =>
    closers.keep(await synthesise(app, context, signal)).stacks;
  if (!chosen.some(hasGatehouse)) chosen.unshift(...(await stacksOf(ownApp(), { demo, issuer: gatewayUrl, demoUrl: gatewayUrl })));
  if (demo && !chosen.some(hasDemo)) chosen.push(...(await stacksOf(demoApp(), {})).map((stack) => ({ ...stack, isDemo: true })));
}

/** By an output of the demo. */
function hasDemo({ template }: SynthesisedStack): boolean {
  const outputs = isRecord(template) && isRecord(template.Outputs) ? Object.keys(template.Outputs) : [];
  return outputs.some((output) => output.startsWith('Demo') && output.includes('UserServiceUrl'));
}
