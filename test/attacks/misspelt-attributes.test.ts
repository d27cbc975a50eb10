// A111: a misspelt restriction must never be the same as none. Every example of an entry, each attribute of it misspelt
// by one letter at any depth, at the parser and in the JSON Schemas; and secrets where none belongs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENTRY_SCHEMAS, type EntryKind } from '../../functions/configuration/entries/index.ts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import { ENTRY_EXAMPLES } from '../../infra/admin/entry-examples/index.ts';
import { entryJsonSchemas } from '../../infra/admin/entry-json-schemas.ts';
import { hideSecrets } from '../../infra/admin/hide-secrets.ts';
import { closedPlaces, isValid, type Schema } from '../support/json-schema.ts';

const KINDS = Object.keys(ENTRY_SCHEMAS) as EntryKind[];
const schemas = entryJsonSchemas() as unknown as Readonly<Record<EntryKind, Schema>>;

/** Every attribute that stands in an example, with all names that are known beside it. */
const PLACES = KINDS.flatMap((kind) =>
  ENTRY_EXAMPLES[kind].flatMap(({ item }) =>
    closedPlaces(schemas[kind], item).flatMap(({ path, known }) =>
      Object.keys(valueAt(item, path)).map((name) => ({ kind, item, path, name, known })),
    ),
  ),
);

const KEYS = ['tenant', 'entry', 'clientId', 'username'];
const isFree = (name: string): boolean => name === '$schema' || name === 'description' || name.startsWith('x-');

function valueAt(value: unknown, path: readonly string[]): Record<string, unknown> {
  return path.reduce<unknown>((inner, name) => Object(inner)[name], value) as Record<string, unknown>;
}

/** A copy in which `change` has changed what stands at the path. */
function changed(item: object, path: readonly string[], change: (place: Record<string, unknown>) => void): Record<string, unknown> {
  const copy = structuredClone(item) as Record<string, unknown>;
  change(valueAt(copy, path));
  return copy;
}

function faultsOf(kind: EntryKind, attributes: unknown) {
  const parsed = parseEntry(kind, attributes);
  return 'faults' in parsed ? parsed.faults : [];
}

const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCSTU_-1');

/** One letter left out, added, changed, or swapped with its neighbour. */
const misspelt = (name: string) =>
  fc.tuple(fc.nat(name.length - 1), letter, fc.constantFrom('leave-out', 'add', 'change', 'swap')).map(([at, by, edit]) => {
    const [head, here, tail] = [name.slice(0, at), name[at] ?? '', name.slice(at + 1)];
    if (edit === 'leave-out') return head + tail;
    if (edit === 'add') return head + by + here + tail;
    if (edit === 'change') return head + by + tail;
    return head + tail.slice(0, 1) + here + tail.slice(1);
  });

test('the examples are right, for the parser and for the JSON Schemas', () => {
  assert.ok(PLACES.length > 150, `${PLACES.length} attributes`);
  for (const kind of KINDS) {
    for (const { item } of ENTRY_EXAMPLES[kind]) {
      const name = `${kind} ${item.entry}`;
      assert.deepEqual(parseEntry(kind, item), { entry: Object(parseEntry(kind, item)).entry, warnings: [] }, name);
      assert.ok(isValid(schemas[kind], item), name);
    }
  }
});

test('A111 an attribute with one wrong letter makes its entry wrong, at any depth, and the right name is the hint', () => {
  const place = fc.constantFrom(...PLACES.filter(({ path, name }) => path.length > 0 || !KEYS.includes(name)));
  const cases = place.chain((found) => misspelt(found.name).map((wrong) => ({ ...found, wrong })));
  fc.assert(
    fc.property(cases, ({ kind, item, path, name, known, wrong }) => {
      fc.pre(wrong !== '' && !known.includes(wrong) && !isFree(wrong));
      const entry = changed(item, path, (at) => {
        at[wrong] = at[name];
        delete at[name];
      });
      const at = [...path, wrong].join('.');
      const fault = faultsOf(kind, entry).find((found) => found.path === at);
      assert.ok(fault !== undefined, `${kind} ${at} is taken`);
      const hint = /; did you mean (.+)\?$/.exec(fault.expected)?.[1] ?? '';
      // Another name may be as near: `jwk` is one letter from `jwks` and from nothing else.
      assert.ok(hint === name || known.includes(hint), `${at}: ${fault.expected}`);
      assert.ok(!isValid(schemas[kind], entry), `${kind} ${at} in the JSON Schema`);
    }),
    { numRuns: 2000 },
  );
});

test('A111 an attribute that is in no list of names makes its entry wrong at every place', () => {
  for (const { kind, item, path } of PLACES) {
    const entry = changed(item, path, (at) => {
      at.unheardOf = true;
    });
    const at = [...path, 'unheardOf'].join('.');
    assert.deepEqual(faultsOf(kind, entry), [{ path: at, expected: 'no attribute of this name' }]);
    assert.ok(!isValid(schemas[kind], entry), `${kind} ${at}`);
  }
});

test('notes of the operator are free at every place, and are no part of the entry', () => {
  for (const { kind, item, path, known } of PLACES) {
    const entry = changed(item, path, (at) => {
      Object.assign(at, { $schema: './x.json', 'x-owner': { team: ['ops'] } }, !known.includes('description') && { description: 'ours' });
      if (Object.keys(at).includes('description')) at.description ??= 'ours';
    });
    assert.deepEqual(parseEntry(kind, entry), parseEntry(kind, item), `${kind} ${path.join('.')}`);
    assert.ok(isValid(schemas[kind], entry), `${kind} ${path.join('.')}`);
  }
});

const PEM = `-----BEGIN PRIVATE KEY-----\n${'hunter2'.repeat(9)}\n-----END PRIVATE KEY-----`;
const JWK = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', d: 'hunter2' };

/** Named so that nobody can mistake what they are. */
const SECRET_NAMES =
  'secret password bindPassword bind_password clientSecret client-secret privateKey passphrase apiKey awsSecretAccessKey';

test('a secret in the wrong place is refused by name at every place, and its value is neither said nor shown', () => {
  const values: readonly unknown[] = ['hunter2', { nested: 'hunter2' }, ['hunter2']];
  for (const { kind, item, path } of PLACES) {
    for (const name of SECRET_NAMES.split(' ').flatMap((one) => [one, `x-${one}`])) {
      for (const value of values) {
        const entry = changed(item, path, (at) => {
          at[name] = value;
        });
        const fault = faultsOf(kind, entry).find((found) => found.path === [...path, name].join('.'));
        assert.match(fault?.expected ?? '', /^no secret in an entry: ./, `${kind} ${name}`);
        assert.ok(!JSON.stringify([faultsOf(kind, entry), hideSecrets(kind, entry)]).includes('hunter2'), `${kind} ${name}`);
      }
    }
  }
});

test('a private key and a URL with a password are refused wherever they stand, in notes as well', () => {
  const urls = [
    'https://user:hunter2@x.example/',
    'https://hunter2@x.example',
    'HTTPS:\\\\u:hunter2@x.example',
    'ldaps://u:hunter2@dc.example',
  ];
  for (const { kind, item, path } of PLACES) {
    for (const value of [PEM, JWK, ...urls, 'https://x.example/?apikey=hunter2']) {
      const entry = changed(item, path, (at) => {
        at['x-note'] = value;
      });
      const place = [...path, 'x-note', ...(value === JWK ? ['d'] : [])].join('.');
      assert.deepEqual(
        faultsOf(kind, entry).map((fault) => fault.path),
        [place],
        `${kind} ${place}`,
      );
      assert.ok(!JSON.stringify([faultsOf(kind, entry), hideSecrets(kind, entry)]).includes('hunter2'), place);
    }
  }
});

test('what is sent as it stands holds placeholders, and no secret of its own', () => {
  const store = { type: 'rest', url: 'https://users.example.org/' };
  const lookup = { url: 'https://users.example.org/', success: { status: [200] } };
  const wrong: readonly [EntryKind, object, string][] = [
    ['userstore', { ...store, headers: { Authorization: 'Bearer hunter2' } }, 'headers.Authorization'],
    ['userstore', { ...store, headers: { 'X-Api-Key': 'hunter2' } }, 'headers.X-Api-Key'],
    ['userstore', { ...store, request: { user: '{username}', auth: { apiPassword: 'hunter2' } } }, 'request.auth.apiPassword'],
    ['userstore', { ...store, request: { password: ['{password}', 'hunter2'] } }, 'request.password.1'],
    ['userstore', { ...store, lookup: { ...lookup, request: { client_secret: 'hunter2' } } }, 'lookup.request.client_secret'],
    ['userstore', { ...store, url: 'https://users.example.org/?user={username}&token=hunter2' }, 'url'],
    ['userstore', { type: 'ldap', preset: 'openldap', userSearchBase: 'dc=x', urls: ['ldaps://u:hunter2@x.example'] }, 'urls.0'],
    ['issuer', { type: 'jwt', audiences: ['a'], jwksUri: 'https://u:hunter2@x.example/jwks' }, 'jwksUri'],
    ['client', { tenant: 't', jwksUri: 'https://hunter2@x.example/jwks' }, 'jwksUri'],
    ['client', { tenant: 't', attributes: { 'sap-password': 'hunter2' } }, 'attributes.sap-password'],
    ['client', { tenant: 't', jwks: { keys: [JWK] } }, 'jwks.keys.0.d'],
    ['issuer', { type: 'jwt', audiences: ['a'], certificates: { default: PEM } }, 'certificates.default'],
    ['user', { id: 'u', passwordHash: '$x', claims: { password: ['hunter2'] } }, 'claims.password.0'],
  ];
  for (const [kind, attributes, path] of wrong) {
    const faults = faultsOf(kind, attributes);
    assert.ok(
      faults.some((fault) => fault.path === path),
      `${path}: ${JSON.stringify(faults)}`,
    );
    assert.ok(!JSON.stringify([faults, hideSecrets(kind, attributes as never)]).includes('hunter2'), path);
  }
  const right = {
    ...store,
    url: 'https://users.example.org/?token={tenant}',
    headers: { authorization: 'Bearer {secret.token}', 'x-api-key': '{secret.apiKey}', 'x-client': 'gatehouse' },
    request: { grant_type: 'password', password: '{password}', note: '', isPassword: true },
  };
  assert.deepEqual(faultsOf('userstore', right), []);
});
