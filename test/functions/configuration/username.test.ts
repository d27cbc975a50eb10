import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  canonicalName,
  countedName,
  foldedName,
  parseUsername,
  qualifiedName,
  subjectOf,
} from '../../../functions/configuration/username.ts';

const parsed = (typed: string) => {
  const name = parseUsername(typed);
  return name && [name.domain, name.name, name.tenant];
};

test('the tenant is what follows the last @, the store what stands before the first slash', () => {
  assert.deepEqual(parsed('userx'), [undefined, 'userx', undefined]);
  assert.deepEqual(parsed('userx@my_company'), [undefined, 'userx', 'my_company']);
  assert.deepEqual(parsed('bob@example.com@my_company'), [undefined, 'bob@example.com', 'my_company']);
  assert.deepEqual(parsed('EXTERNAL/userx@my_company'), ['EXTERNAL', 'userx', 'my_company']);
  assert.deepEqual(parsed('external/bob@example.com@My_Company'), ['EXTERNAL', 'bob@example.com', 'my_company']);
  assert.deepEqual(parsed('a/b/c'), ['A', 'b/c', undefined]);
  assert.deepEqual(parsed('user@host/x'), [undefined, 'user', 'host/x'], 'a slash behind an @ is no store');
});

test('A07 what no store may be asked is refused: control and format characters, blanks at the ends, nothing at all', () => {
  const refused = [
    '',
    '@a',
    'EXTERNAL/',
    'EXTERNAL/@a',
    'a@',
    ' a',
    'a ',
    ' a@b',
    'a @b',
    'a\u0000',
    'a\n',
    '\u200Ea',
    'a\u200B',
    '\u202Ea',
    '\uFEFFa',
  ];
  for (const typed of [...refused, '\uE000', '\uD800', '\u2028', '\u00A0a', '\u3000a', 'x'.repeat(513)]) {
    assert.equal(parseUsername(typed), undefined, JSON.stringify(typed.slice(0, 9)));
  }
});

test('A07 full width, ligatures and case are one user to the counter', () => {
  const canonical = (typed: string) => canonicalName(parseUsername(typed)?.name ?? '');
  for (const typed of ['joe', 'JOE', 'ｊｏｅ', 'ＪＯＥ', 'Joe']) assert.equal(canonical(typed), 'joe', typed);
  assert.equal(canonical('ﬁx'), 'fix');
  assert.equal(canonical('e\u0301'), canonical('\u00e9'));
  assert.deepEqual(parsed('ＥＸＴ／ｕ＠ｔ'), ['EXT', 'u', 't'], 'also the signs that part it');
});

test('A97 the folded name: without case, width, accents of Latin letters, and blanks more than one', () => {
  const spellings: Readonly<Record<string, readonly string[]>> = {
    eleanora: ['ELEANORA', 'éléanora', 'ęleanorą', 'eleañora', 'ëłëànørâ', 'ｅleanora', 'e\u0301leanora', 'e\u0337leanora'],
    strasse: ['Straße', 'STRASSE', 'ſtraſſe', 'straẞe'],
    'istanbul i': ['İSTANBUL ı', 'ıstanbul  İ'],
    aeoeod: ['ÆŒØÐ', 'æœøđ'],
    'john doe': ['john  doe', 'JOHN\u00a0DOE', 'john\u3000doe'],
    σασ: ['ΣΑΣ', 'σας', 'Σας'],
  };
  for (const [folded, typed] of Object.entries(spellings))
    for (const name of [folded, ...typed]) assert.equal(foldedName(name), folded, name);
});

test('A97 what is a letter of its own in its script stays one in a subject, and no other script is folded into Latin', () => {
  for (const name of ['андрей', 'ёж', 'がくせい', 'हिन्दी', 'ά', 'şəki'.replace('ş', 's'), 'ŋ', 'þór'.replace('ó', 'o'), '李', 'а'])
    assert.equal(foldedName(name), name);
  assert.equal(foldedName('а\u0301ндрей'), 'андрей', 'an accent that is part of no letter');
  assert.notEqual(foldedName('раypal'), foldedName('paypal'), 'look-alikes of another script are others');
});

test('A97 counts take more names for one than subjects do', () => {
  for (const [one, other] of [
    ['がくせい', 'かくせい'],
    ['андрей', 'андреи'],
    ['ά', 'α'],
    ['john doe', 'johndoe'],
    ['शि', 'श'],
  ] as const) {
    assert.equal(countedName(one), countedName(other));
    assert.notEqual(foldedName(one), foldedName(other));
  }
});

test('names in any characters are folded the same however often, by case and by normal form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
      for (const fold of [foldedName, countedName]) {
        assert.equal(fold(fold(name)), fold(name));
        assert.equal(fold(name.normalize('NFD')), fold(name));
        assert.equal(fold(name.normalize('NFKC')), fold(name));
      }
      assert.equal(countedName(foldedName(name)), countedName(name));
    }),
    { numRuns: 3000 },
  );
});

test('characters that directories and paths give a meaning are part of the name', () => {
  for (const name of ['*)(uid=*', 'a,b', 'a\\b', 'a+b', 'a"b', '#a', '__proto__', 'a%00', 'ö', '李']) {
    assert.deepEqual(parsed(`${name}@t`), [undefined, name, 't']);
  }
});

test('the qualified name shows the store where it is not the primary one', () => {
  assert.equal(qualifiedName({ tenant: 'my_company', domain: 'PRIMARY', username: 'publisher' }), 'publisher@my_company');
  assert.equal(qualifiedName({ tenant: 'my_company', domain: 'EXTERNAL', username: 'userx' }), 'EXTERNAL/userx@my_company');
});

test('A79 the subject is the store’s own id where it has one, and tells tenants and stores apart', () => {
  const user = { tenant: 't', domain: 'PRIMARY', username: 'Joe' };
  assert.equal(subjectOf(user), 'joe@t');
  assert.equal(subjectOf({ ...user, id: 'UUID-1' }), 'UUID-1@t');
  const subjects = [user, { ...user, tenant: 'u' }, { ...user, domain: 'EXTERNAL' }, { ...user, username: 'jo' }].map(subjectOf);
  assert.equal(new Set(subjects).size, 4);
});

test('A79 no two users have one subject, whatever tenants, stores, names and ids are called', () => {
  const tenant = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,4}$/);
  const domain = fc.constantFrom('PRIMARY', 'A', 'A.B', 'EXTERNAL');
  // Every user of the primary store has an id, which has no slash; names and ids of other stores are what the store makes of them.
  const id = fc.string({ unit: fc.constantFrom('a', 'b', '@', '/', 'A', 'PRIMARY'), minLength: 1, maxLength: 4 });
  const user = fc.record({ tenant, domain, username: fc.constant('x'), id });
  fc.assert(
    fc.property(user, user, (one, other) => {
      const isSame = one.tenant === other.tenant && one.domain === other.domain && one.id === other.id;
      fc.pre(isSame || one.domain !== 'PRIMARY' || !one.id.includes('/'));
      fc.pre(isSame || other.domain !== 'PRIMARY' || !other.id.includes('/'));
      assert.equal(subjectOf(one) === subjectOf(other), isSame);
    }),
    { numRuns: 2000 },
  );
});

test('any text is taken apart or refused, and a name that was written out is taken apart again the same', () => {
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', 'B', '@', '/', ' ', 'Ａ', '\u200B') }),
  );
  fc.assert(
    fc.property(typed, (text) => {
      const name = parseUsername(text);
      if (name === undefined) return;
      assert.ok(name.name !== '' && name.name === name.name.normalize('NFKC') && name.name === name.name.trim());
      assert.ok(name.tenant === undefined || (name.tenant !== '' && !name.tenant.includes('@')));
      if (name.domain === undefined || name.tenant === undefined) return;
      assert.deepEqual(parseUsername(`${name.domain}/${name.name}@${name.tenant}`), name);
    }),
    { numRuns: 1000 },
  );
});
