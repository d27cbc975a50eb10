// The OpenAPI description of the token API says what is there: its paths and methods are the routes, its grants and parameters
// those that are read, and what the API answers is what it describes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createRoutes } from '../../../functions/token/routes.ts';
import { AUTHORIZATION_PARAMETERS } from '../../../functions/token/sign-in/authorization-request.ts';
import { readText } from '../../support/repository-files.ts';
import { openTokenApi } from '../../support/token-api.ts';
import { basic } from '../../support/token-events.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of a form that no type of ours describes.
type Json = any;

const FILE = new URL('../../../functions/token/openapi.yaml', import.meta.url);
const document: Json = parse(readFileSync(FILE, 'utf8'));

/** What a reference of the document names. */
function resolve(value: Json): Json {
  if (typeof value?.$ref !== 'string') return value;
  const names: string[] = value.$ref.slice(2).split('/');
  return resolve(names.reduce((found, name) => found?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], document));
}

function* references(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.$ref === 'string') yield value;
  for (const each of Object.values(value)) yield* references(each);
}

const METHODS = ['get', 'post'];

/** Routes with nothing behind them: what they read and where they are is looked at, not what they do. */
const routes = createRoutes({ issuer: 'https://issuer.example' } as Json);

const methodsOf = (path: string): readonly string[] => Object.keys(resolve(document.paths[path])).filter((name) => METHODS.includes(name));

test('every reference of the document leads somewhere', () => {
  const all = [...references(document)];
  assert.ok(all.length > 30);
  for (const reference of all) assert.notEqual(resolve(reference), undefined, reference.$ref);
});

test('its paths and methods are those of the routes, and each operation has a name of its own', () => {
  const written = Object.keys(document.paths).map((path) => [path, methodsOf(path).toSorted()] as const);
  const real = routes.flatMap(({ paths, methods }) =>
    // HEAD goes where GET goes.
    paths.map(
      (path) =>
        [
          path,
          methods
            .filter((method) => method !== 'HEAD')
            .map((method) => method.toLowerCase())
            .toSorted(),
        ] as const,
    ),
  );
  assert.deepEqual(Object.fromEntries(written), Object.fromEntries(real));
  const names = Object.values<Json>(document.paths).flatMap((item) =>
    item.$ref === undefined ? METHODS.flatMap((method) => item[method]?.operationId ?? []) : [],
  );
  assert.equal(new Set(names).size, names.length);
});

const formOf = (path: string): Json =>
  resolve(document.paths[path].post.requestBody).content['application/x-www-form-urlencoded'].schema.properties;

test('its version is that of the package', () => {
  assert.equal(document.info.version, JSON.parse(readText('package.json')).version);
});

test('the parameters of the sign-in page are those that are read, but for the two that are refused', () => {
  const written = document.paths['/oauth2/authorize'].get.parameters.map(({ name }: Json) => name);
  assert.deepEqual(written.toSorted(), [...AUTHORIZATION_PARAMETERS].filter((name) => !name.startsWith('request')).toSorted());
});

test('every parameter that it names is read: in the URL each is refused, as only those that are read are', async () => {
  const api = openTokenApi();
  for (const path of ['/oauth2/token', '/oauth2/revoke', '/oauth2/introspect'])
    for (const name of Object.keys(formOf(path))) {
      const answer = await api.call({ path, query: { [name]: ['x'] }, headers: basic('demo-app', 'demo-app-secret'), form: {} });
      assert.deepEqual(
        [answer.status, answer.json.error, answer.line.reason],
        [400, 'invalid_request', 'parameters-in-url'],
        `${path} ${name}`,
      );
    }
});

test('its grants and ways of client authentication are those of the metadata', async () => {
  const api = openTokenApi({ mutualTlsUrl: 'https://mtls.example' });
  const { json } = await api.call({ method: 'GET', path: '/.well-known/oauth-authorization-server' });
  assert.deepEqual(formOf('/oauth2/token').grant_type.enum.toSorted(), (json.grant_types_supported as string[]).toSorted());
  const described = JSON.stringify(document.components);
  for (const method of json.token_endpoint_auth_methods_supported as string[])
    assert.match(described, new RegExp(`\\b${method}\\b`), method);
});

/** Members that an answer has and its schema has not, or the other way round where they are required. */
function findFaults(schema: Json, answer: Readonly<Record<string, unknown>>): string[] {
  const { properties, required = [], additionalProperties } = resolve(schema);
  const unknown = additionalProperties === true ? [] : Object.keys(answer).filter((name) => !(name in properties));
  return [...unknown, ...required.filter((name: string) => !(name in answer))];
}

test('what is answered is what it describes', async () => {
  const api = openTokenApi();
  const headers = basic('demo-app', 'demo-app-secret');
  const example = document.paths['/oauth2/token'].post.requestBody.content['application/x-www-form-urlencoded'].examples.password.value;
  const issued = await api.call({ path: '/oauth2/token', headers, form: example });
  assert.equal(issued.status, 200, issued.text);
  const { schemas } = document.components;
  assert.deepEqual(findFaults(schemas.Tokens, issued.json), []);
  const refused = await api.call({ path: '/oauth2/token', headers, form: { ...example, password: 'wrong' } });
  assert.deepEqual(findFaults(schemas.Error, refused.json), []);
  assert.ok(schemas.Error.properties.error.enum.includes(refused.json.error));
  const state = await api.call({ path: '/oauth2/introspect', headers, form: { token: String(issued.json.access_token) } });
  assert.deepEqual(findFaults(schemas.TokenState, state.json), []);
});
