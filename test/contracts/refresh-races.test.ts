// Fifty renewals of one refresh token at once, again and again, on every store (A55): however they fall, there is one
// successor. GATEHOUSE_RACES says how often; `GATEHOUSE_RACES=1000` takes half an hour.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { skipWithout } from '../support/required-part.ts';
import { openTokenApi, PASSWORD_GRANT } from '../support/token-api.ts';
import { RACED_SUBJECTS } from './stores-under-test.ts';

const RACES = Number(process.env.GATEHOUSE_RACES ?? 4);
const RUNNERS = 50;

for (const subject of RACED_SUBJECTS) {
  describe(`${RACES} races of ${RUNNERS} renewals on ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    for (const graceSeconds of [10, 0]) {
      test(`with a grace of ${graceSeconds} s`, async (t) => {
        const under = await subject.open();
        t.after(() => under.close());
        const api = openTokenApi({ adapt: (stores) => ({ ...stores, grants: under.stores.grants }) });
        api.stores.put('Tenants', { tenant: 'my_company', entry: 'tenant', refreshGraceSeconds: graceSeconds });
        const counts = { answered: 0, refused: 0, unavailable: 0, stored: 0, successors: 0, forks: 0, live: 0 };
        for (let race = 0; race < RACES; race++) {
          const { json } = await api.token(PASSWORD_GRANT);
          const form = { grant_type: 'refresh_token', refresh_token: String(json.refresh_token) };
          const answers = await Promise.all(Array.from({ length: RUNNERS }, () => api.token(form)));
          const successors = new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text));
          counts.answered += answers.filter(({ status }) => status === 200).length;
          counts.refused += answers.filter(({ status }) => status === 400).length;
          counts.unavailable += answers.filter(({ status }) => status === 503).length;
          counts.stored += answers.filter(({ line }) => line.audit === 'token-renewed').length;
          counts.successors += successors.size;
          counts.forks += successors.size > 1 ? 1 : 0;
          const grant = await under.stores.grants.findGrant(form.refresh_token.slice(4, 26), api.nowSeconds());
          counts.live += grant === undefined ? 0 : 1;
        }
        t.diagnostic(JSON.stringify(counts));
        // A machine that is too busy for the deadlines is an outage, and must do as little harm as one.
        assert.equal(counts.answered + counts.refused + counts.unavailable, RACES * RUNNERS);
        assert.equal(counts.forks, 0, 'there are never two successors');
        assert.ok(counts.stored <= RACES, 'no race stores two renewals');
        // With no grace the losers are reuse, and kill the grant: even before the winner knows, if it must try twice.
        if (graceSeconds === 0) return;
        assert.equal(counts.refused, 0, 'within the grace nobody is refused');
        assert.equal(counts.successors, RACES, 'one answer is the one that everybody gets');
        assert.equal(counts.live, RACES, 'and the grant lives');
      });
    }
  });
}
