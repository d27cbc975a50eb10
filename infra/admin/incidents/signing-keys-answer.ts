// What the signing-keys function is asked by an operator, and what it answers: keys by their ids, never a private one.

import * as v from 'valibot';

const keyState = v.object({
  kid: v.string(),
  alg: v.string(),
  purpose: v.picklist(['access-token', 'end-user-jwt']),
  state: v.picklist(['announced', 'signing', 'verifying']),
  signFromSeconds: v.number(),
  retiresAtSeconds: v.exactOptional(v.number()),
});

export const keysAnswer = v.object({
  keys: v.array(keyState),
  created: v.array(v.string()),
  removed: v.array(v.string()),
  refused: v.exactOptional(v.picklist(['unknown-key', 'signing-key'])),
});

/** One key: never a private one. */
export type KeyState = v.InferOutput<typeof keyState>;
type KeysAnswer = v.InferOutput<typeof keysAnswer>;

type KeysOrder = { readonly list: true } | { readonly rotate: 'now' } | { readonly retire: string; readonly emergency: boolean };

export type AskSigningKeys = (order: KeysOrder) => Promise<KeysAnswer>;
