// How long API Gateway keeps an answer, and what it looks at anew.

import { DEMO } from '../../demo/demo-data.ts';
import type { Question } from './question.ts';
import { bearerOf, get, requestUserToken, sendForm } from './requests.ts';
import { SETTLE_CLIENT, type SettleTargets } from './targets.ts';

/** Caches are emptied a little after their time. */
const MARGIN_MS = 2000;
/** What the client entry of the questions says. */
const TOKEN_SECONDS = 60;

export function cachingQuestions(targets: SettleTargets): readonly Question[] {
  const { restUrl, tokenUrl, cacheSeconds, pause } = targets;
  return [
    {
      id: 'cache-per-path',
      question: 'an answer that is cached for one path does not count for another whose rule asks for more',
      assumed: '200 403',
      breaks: 'A token opens what it may not, for as long as the cache lasts (A66).',
      observe: async () => {
        const bearer = bearerOf(await requestUserToken(targets, DEMO.opaqueClient));
        const first = await get(`${restUrl}/paths/a`, [bearer]);
        return `${first.status} ${(await get(`${restUrl}/scoped`, [bearer])).status}`;
      },
    },
    {
      id: 'cache-revoked',
      question: 'a revoked token opens for as long as the answer is kept, and no longer',
      assumed: '200 200 401',
      breaks: 'The stated bound of a revocation is wrong.',
      isSlow: cacheSeconds > 10,
      observe: async () => {
        const token = await requestUserToken(targets, DEMO.opaqueClient);
        const call = async (): Promise<number> => (await get(`${restUrl}/paths/revoked`, [bearerOf(token)])).status;
        const before = await call();
        await sendForm(tokenUrl.replace(/\/token$/, '/revoke'), { token }, DEMO.opaqueClient);
        const kept = await call();
        await pause(cacheSeconds * 1000 + MARGIN_MS);
        return `${before} ${kept} ${await call()}`;
      },
    },
    {
      id: 'cache-expired',
      question: 'an answer that is kept does not outlive its token: the policy is looked at anew, with the time',
      assumed: '200 refused',
      breaks: 'A token opens past its own end, by as much as the cache lasts (A69).',
      isSlow: true,
      observe: async () => {
        const bearer = bearerOf(await requestUserToken(targets, SETTLE_CLIENT));
        const call = async (): Promise<number> => (await get(`${restUrl}/paths/expired`, [bearer])).status;
        const before = await call();
        await pause(TOKEN_SECONDS * 1000 + MARGIN_MS);
        const after = await call();
        return `${before} ${after === 401 || after === 403 ? 'refused' : after}`;
      },
    },
  ];
}
