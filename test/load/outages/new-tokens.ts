// Tokens of users for flows that need them, made when they are asked for: a code of the sign-in page costs no password hash.

import { askForTokens, FORMATS, type TokenPool, tokenCall } from '../../bench/end-to-end/flow.ts';
import { openCodes } from '../../bench/end-to-end/sign-in.ts';
import type { World } from '../../bench/end-to-end/world.ts';
import { clientOf } from '../../bench/end-to-end/world.ts';

/** @param functions that make the tokens */
export function openNewTokens(functions: Pick<World, 'token'>): TokenPool {
  const makers = new Map(
    FORMATS.map((format) => {
      const client = clientOf('check', format);
      const nextCode = openCodes(functions, client);
      return [client, async () => askForTokens(functions, tokenCall(await nextCode(), format))];
    }),
  );
  return {
    async take(client) {
      const make = makers.get(client);
      if (make === undefined) throw new Error(`${client} gets no tokens here.`);
      return make();
    },
    add: () => {},
  };
}
