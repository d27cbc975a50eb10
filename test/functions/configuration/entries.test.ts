import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENTRY_SCHEMAS, type EntryKind } from '../../../functions/configuration/entries/index.ts';
import { parseEntry, parseEntryKey } from '../../../functions/configuration/entries/parse-entry.ts';

const KINDS = Object.keys(ENTRY_SCHEMAS) as EntryKind[];

const USER = { id: '0b0f5e3e-7d7e-4a0c-9f39-8a1d1a4b8f11', passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA' };
const API = { apiId: 'abc123', stage: 'v1', context: '/pizzashack/1.0.0' };
const REST = { type: 'rest', url: 'https://users.example.org/login' };

/** `path: what was expected`, one line for each fault. */
function faultsOf(kind: EntryKind, attributes: unknown): string[] {
  const parsed = parseEntry(kind, attributes);
  return 'faults' in parsed ? parsed.faults.map(({ path, expected }) => `${path}: ${expected}`) : [];
}

function warningsOf(kind: EntryKind, attributes: unknown): string[] {
  const parsed = parseEntry(kind, attributes);
  assert.ok('warnings' in parsed, JSON.stringify(parsed));
  return parsed.warnings.map(({ path, expected }) => `${path}: ${expected}`);
}

test('the least that each kind needs is enough', () => {
  const least: Partial<Record<EntryKind, object>> = {
    tenant: {},
    userstore: REST,
    role: {},
    scope: {},
    api: API,
    tier: { requests: 10, seconds: 60 },
    client: { tenant: 'my_company' },
    user: USER,
  };
  for (const kind of KINDS) {
    if (least[kind] !== undefined) assert.deepEqual(faultsOf(kind, least[kind]), [], kind);
  }
});

test('a missing attribute is called missing, at its own path', () => {
  assert.deepEqual(faultsOf('tier', { requests: 1 }), ['seconds: this attribute, which is missing']);
  assert.deepEqual(faultsOf('user', {}), ['id: this attribute, which is missing', 'passwordHash: this attribute, which is missing']);
  assert.deepEqual(faultsOf('api', { ...API, resources: [{ methods: ['GET'] }] }), ['resources.0.path: this attribute, which is missing']);
  assert.deepEqual(faultsOf('client', { tenant: 'a', secrets: [{}] }), ['secrets.0.sha256: this attribute, which is missing']);
  assert.deepEqual(faultsOf('userstore', { type: 'rest' }), ['url: this attribute, which is missing']);
});

test('the URL of a web service is an https URL, or an http URL where the entry allows it', () => {
  const lookup = { url: 'https://users.example.org/{tenant}/{username}', success: { status: [200] } };
  assert.deepEqual(faultsOf('userstore', { ...REST, lookup }), []);
  assert.deepEqual(faultsOf('userstore', { ...REST, url: 'ftp://users.example.org' }), ['url: a URL']);
  assert.deepEqual(faultsOf('userstore', { ...REST, url: 'users.example.org/login' }), ['url: a URL']);
  const plain = { url: 'http://users.example.org/login', lookup: { ...lookup, url: 'http://users.example.org/user' } };
  assert.deepEqual(faultsOf('userstore', { ...REST, ...plain }), ['url: an https URL', 'lookup.url: an https URL']);
  assert.deepEqual(faultsOf('userstore', { ...REST, ...plain, allowPlaintext: true }), []);
});

test('a wrong type is told by the path down to it and by what should be there', () => {
  assert.deepEqual(faultsOf('tenant', { lockout: 'no' }), ['lockout: a map']);
  assert.deepEqual(faultsOf('tenant', { lockout: { maxAttempts: '5' } }), ['lockout.maxAttempts: a number']);
  assert.deepEqual(faultsOf('tenant', { accessTokenSeconds: 59.5 }), [
    'accessTokenSeconds: a whole number',
    'accessTokenSeconds: at least 60',
  ]);
  assert.deepEqual(faultsOf('tenant', { migrateUsers: 'false' }), ['migrateUsers: true or false']);
  assert.deepEqual(faultsOf('role', { permissions: '/a' }), ['permissions: a list']);
  assert.deepEqual(faultsOf('role', { permissions: ['/a', 'b'] }), ['permissions.1: a permission path such as /permission/admin/manage']);
  assert.deepEqual(faultsOf('client', { tenant: 'a', attributes: { a: 1 } }), ['attributes.a: a string']);
  for (const kind of KINDS) {
    for (const value of [null, undefined, 'text', 7, true]) assert.ok(faultsOf(kind, value).length > 0, `${kind} ${value}`);
  }
});

test('a choice is told by all that may be chosen', () => {
  assert.deepEqual(faultsOf('tenant', { status: 'on' }), ['status: active or suspended']);
  assert.deepEqual(faultsOf('userstore', {}), ['type: rest, ldap or lambda']);
  assert.deepEqual(faultsOf('userstore', { type: 'sql' }), ['type: rest, ldap or lambda']);
  assert.deepEqual(faultsOf('api', { ...API, tenants: ['A B'] }), [
    'tenants.0: a tenant name: lower-case letters, digits, ".", "_" and "-", at most 63',
  ]);
  assert.deepEqual(faultsOf('api', { ...API, tenants: 7 }), ['tenants: * or a list of tenants']);
  assert.deepEqual(faultsOf('api', { ...API, resources: [{ path: '/a', methods: 'GET' }] }), [
    'resources.0.methods: all, or a list of methods in capitals',
  ]);
  assert.deepEqual(faultsOf('user', { ...USER, claims: { age: 7 } }), ['claims.age: a string or a list of strings']);
});

test('an end-user JWT without a signature is warned of', () => {
  assert.equal(warningsOf('tenant', { endUserJwt: { algorithm: 'none' } }).length, 1);
});

test('what is wrong a hundred times is told twenty times', () => {
  assert.equal(faultsOf('role', { permissions: Array.from({ length: 100 }, () => 7) }).length, 20);
  assert.equal(faultsOf('role', Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`a${at}`, 1]))).length, 20);
});

test('the sort key says the kind and the name', () => {
  assert.deepEqual(parseEntryKey('tenant'), { kind: 'tenant', name: '' });
  assert.deepEqual(parseEntryKey('userstore#EXTERNAL'), { kind: 'userstore', name: 'EXTERNAL' });
  assert.deepEqual(parseEntryKey('issuer#https://idp.example.org/#a'), { kind: 'issuer', name: 'https://idp.example.org/#a' });
  for (const key of [
    '',
    'tenant#x',
    'tenants',
    'userstore',
    'userstore#',
    'userstore#external',
    'userstore#PRIMARY',
    'role#',
    '__proto__#a',
  ]) {
    const parsed = parseEntryKey(key);
    assert.ok('fault' in parsed && parsed.fault.path === 'entry' && parsed.fault.expected !== '', key);
  }
});

/** JSON that is near to an entry: its attribute names, with any values. */
const nearEntry = (kind: EntryKind) => {
  const schema = ENTRY_SCHEMAS[kind];
  const options: readonly unknown[] = 'options' in schema ? schema.options : [schema];
  const names = new Set(options.flatMap((option) => Object.keys(entriesOf(option))));
  return fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), fc.jsonValue({ maxDepth: 4 }));
};

/** The attributes of an object schema, or of the object schema at the head of a pipe. */
function entriesOf(schema: unknown): object {
  return typeof schema === 'object' && schema !== null && 'entries' in schema ? Object(schema.entries) : {};
}

test('parsing never throws, and what it answers can be logged, for any JSON', () => {
  for (const kind of KINDS) {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearEntry(kind)), (attributes) => {
        const parsed = parseEntry(kind, attributes);
        const said = 'faults' in parsed ? parsed.faults : parsed.warnings;
        assert.ok('entry' in parsed || said.length > 0);
        for (const { path, expected } of said) assert.ok(typeof path === 'string' && expected !== '' && !expected.includes('Invalid'));
      }),
    );
  }
  fc.assert(fc.property(fc.string(), (key) => void parseEntryKey(key)));
});

test('A61 no fault quotes a value, whatever stands where', () => {
  const secret = 'hunter2-hunter2';
  const leaf = fc.oneof(fc.constant(secret), fc.constant([secret]), fc.constant({ a: secret }), fc.constant([{ a: [secret] }]));
  for (const kind of KINDS) {
    fc.assert(
      fc.property(fc.tuple(nearEntry(kind), leaf), ([attributes, value]) => {
        const poisoned = Object.fromEntries(Object.keys(attributes).map((name) => [name, value]));
        assert.ok(!JSON.stringify(faultsOf(kind, poisoned)).includes(secret));
      }),
    );
  }
});

test('A80 a JSON that is as deep as it can be is parsed like any other', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`);
  for (const kind of KINDS) {
    for (const attributes of [
      deep,
      { claims: deep, request: deep, permissions: deep, jwks: { keys: [deep] }, tenant: 'a', type: 'rest', url: 'x' },
    ]) {
      parseEntry(kind, attributes);
    }
  }
});
