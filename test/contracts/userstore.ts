// The contract of a userstore (functions/userstores/index.ts), as a login sees it. To plug in a store: return a
// `UserstoreSubject` that says how to enter the store into a tenant and whom it knows, and call
// `userstoreContract(() => subject)` inside a suite whose `before` has started it. Every test enters it anew.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ClaimValue, EndUser } from '../../functions/configuration/model.ts';
import { subjectOf } from '../../functions/configuration/username.ts';
import type { UserstoreDependencies } from '../../functions/userstores/userstore.ts';
import { type LoginFixture, openLoginFixture } from '../support/login-fixture.ts';
import { openRestService, sendJson } from '../support/rest-service.ts';

export interface KnownPerson {
  readonly name: string;
  readonly password: string;
}

export interface UserstoreSubject {
  /** `PRIMARY`, or the domain that `enter` enters the store under. */
  readonly domain: string;
  /** Puts entry, secret and users of the store into the tenant `my_company`, with a priority below 1000. */
  enter(fixture: LoginFixture): void | Promise<void>;
  /** For a store that needs other dependencies than the fixture's. */
  readonly dependencies?: Partial<UserstoreDependencies>;
  /** What the store says of this person is `claims` and `roles`, exactly. */
  readonly person: KnownPerson & { readonly claims: Readonly<Record<string, ClaimValue>>; readonly roles: readonly string[] };
  readonly other: KnownPerson;
  /** Whether users have an id of the store's own. */
  readonly hasUniqueId: boolean;
  /** Whether the store finds a user without a password, and then says what it says at a login. */
  readonly looksUp?: boolean;
  /** Whether the store tells an unknown name from a wrong password. */
  readonly tellsUnknown: boolean;
  /** Who is known and may not log in, with the right password. */
  readonly disabled?: KnownPerson & { readonly reason: string };
  /** People whose names mean something in a filter, a DN, JSON or a form. */
  readonly oddNames?: readonly KnownPerson[];
  /** Makes the store unreachable, and reachable again. */
  readonly outage?: { begin(): void | Promise<void>; end(): void | Promise<void> };
}

/** Names that no store may take for anybody: injections, and what is not a name. */
const HOSTILE_NAMES: readonly string[] = [
  ...[
    '*',
    '(',
    ')',
    '\\',
    '*)(uid=*',
    'x)(|(uid=*',
    '\\2a',
    'x,ou=people',
    '"',
    "' OR '1'='1",
    '{username}',
    '{password}',
    '%',
    '../x',
    'a/b',
  ],
  ...[
    'x\u0000',
    '\u0000',
    'x\n',
    'x\r\ny',
    ' x',
    'x ',
    '\u202ex',
    'x\u200b',
    '\ufeffx',
    '\ud800',
    'x'.repeat(10_000),
    '.',
    '@',
    '@@',
    '/',
    'a@b@c',
  ],
];

export function userstoreContract(opened: () => UserstoreSubject): void {
  const open = async (context: TestContext) => {
    const subject = opened();
    const fixture = openLoginFixture(subject.dependencies);
    context.after(() => fixture.userstores.close());
    await subject.enter(fixture);
    const asked: string[] = [];
    const later = await openRestService(context, (call, outgoing) => {
      asked.push(JSON.parse(call.body).credentials.username);
      sendJson(outgoing, { response: { status: 'true' } });
    });
    const enterLater = (): void => fixture.putStore('LATER', { ...later.attributes, priority: 1000 });
    const login = (name: string, password: string) => fixture.login(`${subject.domain}/${name}@my_company`, password);
    const userOf = async ({ name, password }: KnownPerson): Promise<EndUser> => {
      const outcome = await login(name, password);
      assert.ok(outcome.kind === 'authenticated', `${name}: ${JSON.stringify(outcome)}`);
      await fixture.remember(outcome);
      return outcome.user;
    };
    const reasonOf = async (name: string, password: string): Promise<string> => {
      const outcome = await login(name, password);
      assert.ok(outcome.kind === 'refused', `${JSON.stringify(name)}: ${outcome.kind}`);
      return outcome.reason;
    };
    return { ...fixture, subject, asked, enterLater, loginAnywhere: fixture.login, login, userOf, reasonOf };
  };

  test('a right password yields the user, with claims and roles', async (context) => {
    const { subject, userOf } = await open(context);
    const user = await userOf(subject.person);
    assert.equal(user.tenant, 'my_company');
    assert.equal(user.domain, subject.domain);
    assert.equal(user.username.toLowerCase(), subject.person.name.toLowerCase());
    assert.equal(user.id !== undefined && user.id !== '', subject.hasUniqueId);
    assert.deepEqual(user.claims, subject.person.claims);
    assert.deepEqual([...user.roles].sort(), [...subject.person.roles].sort());
  });

  test('a user is found with and without the domain, and is the same', async (context) => {
    const { subject, loginAnywhere, userOf } = await open(context);
    const outcome = await loginAnywhere(subject.person.name, subject.person.password);
    assert.ok(outcome.kind === 'authenticated');
    assert.deepEqual(outcome.user, await userOf(subject.person));
  });

  test('without a password a user is found as at a login, or the store says that it has no way', async (context) => {
    const { subject, userstores, stores, userOf } = await open(context);
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    const find = (name: string) => userstores.findUser(tenant, { domain: subject.domain, name });
    const found = await find(subject.person.name);
    if (subject.looksUp !== true) {
      const isHonest = found.kind === 'active' || (found.kind === 'refused' && found.reason === 'store-without-look-up');
      assert.ok(isHonest, JSON.stringify(found));
      return;
    }
    assert.deepEqual(found, { kind: 'active', user: await userOf(subject.person) });
    const strangers = HOSTILE_NAMES.filter((name) => !subject.oddNames?.some((person) => person.name === name));
    for (const name of ['nobody-of-this-name', ...strangers])
      assert.equal((await find(name)).kind, 'unknown', JSON.stringify(name.slice(0, 40)));
    if (subject.disabled !== undefined) {
      assert.deepEqual(await find(subject.disabled.name), { kind: 'refused', reason: subject.disabled.reason });
    }
    if (subject.outage === undefined) return;
    await subject.outage.begin();
    try {
      await assert.rejects(find(subject.person.name), { name: 'Unavailable' });
    } finally {
      await subject.outage.end();
    }
  });

  test('a wrong password is refused, and no later store is asked where the store knows the user', async (context) => {
    const { subject, reasonOf, asked, enterLater, loginAnywhere } = await open(context);
    assert.ok((await reasonOf(subject.person.name, `${subject.person.password}x`)).includes('wrong-password'));
    assert.notEqual(await reasonOf(subject.person.name, subject.other.password), '');
    enterLater();
    const outcome = await loginAnywhere(subject.person.name, 'wrong');
    assert.equal(outcome.kind, subject.tellsUnknown ? 'refused' : 'authenticated');
    assert.deepEqual(asked, subject.tellsUnknown ? [] : [subject.person.name]);
  });

  test('an unknown user is refused, and the next store is asked', async (context) => {
    const { reasonOf, asked, enterLater, loginAnywhere } = await open(context);
    assert.ok((await reasonOf('nobody-of-this-name', 'wrong')).startsWith('unknown-user'));
    enterLater();
    const outcome = await loginAnywhere('nobody-of-this-name', 'wrong');
    assert.equal(outcome.kind === 'authenticated' && outcome.user.domain, 'LATER');
    assert.deepEqual(asked, ['nobody-of-this-name']);
  });

  test('passwords that are none, too long, or made of odd characters are refused', async (context) => {
    const { subject, reasonOf, time } = await open(context);
    const { name, password } = subject.person;
    const wrong = [
      '',
      ' ',
      '\u0000',
      `${password}\u0000`,
      `${password} `,
      ` ${password}`,
      '*',
      '"',
      '\ud800',
      'é'.repeat(500),
      'x'.repeat(10_240),
    ];
    for (const [at, guess] of wrong.entries()) {
      if (at % 4 === 3) time.nowMs += 86_400_000 * 3; // lest the user be locked
      await reasonOf(name, guess);
    }
  });

  for (const name of HOSTILE_NAMES) {
    test(`A02 A03 a hostile name finds nobody: ${JSON.stringify(name.slice(0, 40))}`, async (context) => {
      const { subject, reasonOf } = await open(context);
      await reasonOf(name, subject.person.password);
    });
  }

  test('A07 every spelling that is let in is the same user', async (context) => {
    const { subject, loginAnywhere, userOf } = await open(context);
    const { name, password } = subject.person;
    const known = subjectOf(await userOf(subject.person));
    const fullWidth = name.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    for (const spelling of [name.toUpperCase(), fullWidth, `${name} `, ` ${name}`, `${name}\u00ad`]) {
      const outcome = await loginAnywhere(`${subject.domain}/${spelling}`, password);
      if (outcome.kind === 'authenticated') assert.equal(subjectOf(outcome.user), known, JSON.stringify(spelling));
    }
  });

  test('five wrong passwords lock the user and nobody else, for as long as the tenant says', async (context) => {
    const { subject, login, reasonOf, userOf, time } = await open(context);
    const { name, password } = subject.person;
    for (let guess = 0; guess < 5; guess += 1) await reasonOf(name, `wrong ${guess}`);
    assert.deepEqual(await login(name, password), { kind: 'locked', retryAfterSeconds: 300 });
    await userOf(subject.other);
    time.nowMs += 300_000;
    await userOf(subject.person);
  });

  test('A12 parallel guesses cannot outrun the counter', async (context) => {
    const { subject, login } = await open(context);
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, guess) => login(subject.person.name, `wrong ${guess}`)));
    assert.equal(outcomes.filter(({ kind }) => kind === 'refused').length, 5);
    assert.equal(outcomes.filter(({ kind }) => kind === 'locked').length, 7);
  });

  test('who may not log in is refused with the right password, and no later store is asked', async (context) => {
    const { subject, reasonOf, asked, enterLater, loginAnywhere } = await open(context);
    if (subject.disabled === undefined) return;
    const { name, password, reason } = subject.disabled;
    assert.equal(await reasonOf(name, password), reason);
    enterLater();
    assert.equal((await loginAnywhere(name, password)).kind, 'refused');
    assert.deepEqual(asked, []);
  });

  test('A04 odd names log in as themselves', async (context) => {
    const { subject, userOf } = await open(context);
    for (const person of subject.oddNames ?? []) {
      const user = await userOf(person);
      assert.equal(user.username.normalize('NFKC').toLowerCase(), person.name.normalize('NFKC').toLowerCase());
    }
  });

  test('a user who logged in is found again without a password', async (context) => {
    const { subject, stores, userOf, userstores } = await open(context);
    const user = await userOf(subject.person);
    const tenant = await stores.tenants.findTenant('my_company');
    assert.ok(tenant !== undefined);
    assert.deepEqual(await userstores.recheckUser(tenant, user), { kind: 'active', user });
  });

  test('an outage is no answer, costs no attempt, and ends', async (context) => {
    const { subject, login, userOf } = await open(context);
    if (subject.outage === undefined) return;
    const { name, password } = subject.person;
    await subject.outage.begin();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await assert.rejects(login(name, attempt % 2 === 0 ? password : 'wrong'), { name: 'Unavailable' });
    }
    await subject.outage.end();
    await userOf(subject.person);
    for (let guess = 0; guess < 4; guess += 1) assert.equal((await login(name, 'wrong')).kind, 'refused');
    await userOf(subject.person);
  });
}
