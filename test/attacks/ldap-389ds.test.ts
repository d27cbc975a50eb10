// What only shows on a real 389 Directory Server: accounts that are off and can't be seen to be (A100), ages of passwords without
// a bind (A22), changes of passwords (A101), and what the store's account may read.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from 'ldapts';
import { createTenantStores } from '../../functions/userstores/tenant-stores.ts';
import { describeStateRights } from '../../infra/admin/commands/state-rights.ts';
import { DS389 } from '../support/directories/ds389.ts';
import { useDirectory } from '../support/directories/open-directory.ts';
import { attributesOf, PEOPLE, replace, SERVICE, SUFFIX } from '../support/directories/organisation.ts';
import type { LoginFixture } from '../support/login-fixture.ts';
import { skipWithout } from '../support/required-part.ts';

suite('attacks on 389 Directory Server', { skip: skipWithout(DS389.missing) }, () => {
  const { directory, open } = useDirectory(DS389);
  const addPerson = async (name: string): Promise<string> => {
    const dn = `uid=${name},${PEOPLE}`;
    const values = { objectClass: 'inetOrgPerson', uid: name, cn: name, sn: name, userPassword: 'First-pass-1' };
    await directory().administer((client) => client.add(dn, attributesOf(values)));
    return dn;
  };
  const set = (dn: string, values: Readonly<Record<string, string>>) => directory().administer((client) => replace(client, dn, values));
  const logIn = (fixture: LoginFixture, name: string, password = 'First-pass-1') => fixture.logIn(name, password);
  /** The server answers a change of a password first, and writes down its moment afterwards. */
  const untilItIsWritten = async (dn: string, attribute: string): Promise<void> => {
    for (const endMs = Date.now() + 10_000; Date.now() < endMs; await delay(20)) {
      const entries: Entry[] = [];
      await directory().administer(async (client) => {
        entries.push(...(await client.search(dn, { scope: 'base', attributes: [attribute] })).searchEntries);
      });
      if (entries.some((entry) => attribute in entry && entry[attribute]?.length !== 0)) return;
    }
    assert.fail(`${attribute} of ${dn} was not written`);
  };
  const rights = async ({ stores, dependencies }: LoginFixture) => {
    const tenant = await stores.tenants.findTenant('my_company');
    const [configured] = tenant?.userstores ?? [];
    assert.ok(tenant !== undefined && configured !== undefined);
    const opened = createTenantStores(dependencies);
    const said = await describeStateRights(await opened.secondary(tenant, configured));
    opened.close();
    return said;
  };

  test('A22 an expiry that has come ends renewals as it ends logins', async () => {
    const dn = await addPerson('ida');
    const fixture = open();
    fixture.time.nowMs = Date.now();
    const user = await logIn(fixture, 'ida');
    for (const [attribute, reason] of Object.entries({ passwordExpirationTime: 'password-expired', nsAccountLock: 'account-disabled' })) {
      await set(dn, { [attribute]: attribute === 'nsAccountLock' ? 'true' : '20200101000000Z' });
      assert.equal(await fixture.recheckReason(user), reason);
    }
  });

  test('A101 a new password ends what began with the old one, where the server writes down when', async () => {
    await set('cn=config', { passwordTrackUpdateTime: 'on' });
    const dn = await addPerson('pia');
    const fixture = open();
    const user = await logIn(fixture, 'pia');
    assert.equal(await fixture.recheckReason(user), 'active');
    await set(dn, { userPassword: 'Second-pass-1' });
    await untilItIsWritten(dn, 'pwdUpdateTime');
    assert.equal(await fixture.recheckReason(user), 'password-changed');
  });

  test('A100 an account that is off and can’t be seen to be is no outage, and the operator is told of the right', async () => {
    const dn = await addPerson('hid');
    await set(dn, { nsAccountLock: 'true' });
    assert.equal(await rights(open()), undefined);
    const hidden = `(targetattr="nsAccountLock || passwordExpirationTime")(version 3.0; acl "hidden"; deny (read,search,compare) userdn="ldap:///${SERVICE}";)`;
    const shown = `(targetattr="* || nsUniqueId || nsAccountLock || accountUnlockTime || memberOf")(version 3.0; acl "service"; allow (read,search,compare) userdn="ldap:///${SERVICE}";)`;
    await directory().administer((client) => replace(client, SUFFIX, { aci: [shown, hidden] as unknown as string }));
    const fixture = open();
    for (const password of ['First-pass-1', 'wrong'])
      assert.deepEqual(await fixture.login('hid', password), { kind: 'refused', reason: 'account-disabled' });
    assert.match((await rights(fixture)) ?? '', /may not read nsAccountLock, passwordExpirationTime:/);
  });
});
