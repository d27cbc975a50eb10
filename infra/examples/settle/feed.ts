// How soon a JWT that was taken back is refused by a running function that looks nothing up (functions/revocation-feed/README.md).

import type { Question } from './question.ts';
import { bearerOf, get, sendForm, tokenOf } from './requests.ts';
import { SETTLE_FEED, type SettleTargets } from './targets.ts';

/** What the page of the feed promises, and how often it is tried meanwhile. */
const BOUND_MS = 10_000;
const PAUSE_MS = 1000;

export function feedQuestions({ tokenUrl, countedUrl, pause }: SettleTargets): readonly Question[] {
  return [
    {
      id: 'feed-revocation',
      question: 'a JWT that was revoked is refused within ten seconds by a function that was frozen in between',
      assumed: '200 refused in time',
      breaks: 'A revocation counts later than the page of the feed says. Set jwtRevocation to check until it is understood.',
      observe: async () => {
        const token = tokenOf(await sendForm(tokenUrl, { grant_type: 'client_credentials' }, SETTLE_FEED.client));
        const call = async (): Promise<number> => (await get(`${countedUrl}/counted`, [bearerOf(token)])).status;
        const before = await call();
        await sendForm(tokenUrl.replace(/\/token$/, '/revoke'), { token }, SETTLE_FEED.client);
        // What begins after the bound is refused; the tries before it keep the function at work.
        for (let waitedMs = 0; waitedMs < BOUND_MS; waitedMs += PAUSE_MS) {
          if ((await call()) !== before) return `${before} refused in time`;
          await pause(PAUSE_MS);
        }
        return `${before} ${(await call()) === before ? 'let in' : 'refused in time'}`;
      },
    },
  ];
}
