// All contracts of the stores, against everything that stands behind them.

import { after, before, suite } from 'node:test';
import { skipWithout } from '../support/required-part.ts';
import { attemptStoreContract } from './attempt-store.ts';
import { entryStoresContract } from './entry-stores.ts';
import { feedStoreContract } from './feed-store.ts';
import { grantStoreContract } from './grant-store.ts';
import { operatorWritesContract } from './operator-writes.ts';
import { onceStoreContract } from './replay-store.ts';
import { requestCountStoreContract } from './request-count-store.ts';
import { sessionStoreContract } from './session-store.ts';
import { STORES_SUBJECTS, type StoresUnderTest } from './stores-under-test.ts';

for (const subject of STORES_SUBJECTS) {
  suite(`stores in ${subject.name}`, { skip: skipWithout(subject.missing) }, () => {
    let opened: StoresUnderTest | undefined;
    before(async () => {
      opened = await subject.open();
    });
    after(() => opened?.close());
    const required = () => {
      if (opened === undefined) throw new Error(`${subject.name} did not start.`);
      return opened;
    };
    grantStoreContract(required);
    feedStoreContract(required);
    attemptStoreContract(required);
    onceStoreContract(required);
    requestCountStoreContract(required);
    sessionStoreContract(required);
    entryStoresContract(required);
    operatorWritesContract(required);
  });
}
