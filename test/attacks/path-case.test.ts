// A107: `/ADMIN/users` must not fall through to the rule `/*` where the backend serves it as `/admin/users`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AuthorizerRequest } from '../../functions/authorizer/authorizer-request.ts';
import { matchRules } from '../../functions/authorizer/match-rules.ts';
import { parseEntry } from '../../functions/configuration/entries/parse-entry.ts';
import type { ApiClaim } from '../../functions/configuration/model.ts';
import { segmentsOf } from '../../functions/configuration/path-template.ts';
import { bearer, openWorld, restRequest, type World } from '../functions/authorizer/authorizer-world.ts';

const RULES = [{ path: '/admin/*', scopes: ['order:write'] }, { path: '/*' }];

async function answerOf(world: World, path: string, scopes: readonly string[] = ['default']) {
  const { status } = await world.call(restRequest({ path, authorization: bearer(await world.issue({ scopes })) }));
  return { status, reason: world.lines.at(-1)?.fields.reason };
}

function openAdmin(entry: object = {}): World {
  const world = openWorld();
  world.stores.put('Tenants', { ...world.pizzashack, context: '/shop', resources: RULES, ...entry });
  return world;
}

test('A107 a path that differs from a rule in case alone is refused, and the exact one goes by its rule', async () => {
  const world = openAdmin();
  assert.deepEqual(await answerOf(world, '/shop/admin/users'), { status: 403, reason: 'scope-or-permission-missing' });
  assert.equal((await answerOf(world, '/shop/admin/users', ['order:write'])).status, 200);
  for (const path of [
    '/shop/ADMIN/users',
    '/shop/Admin/users',
    '/shop/admiN',
    '/SHOP/admin/users',
    '/Shop/menu',
    '/shop/adm%C4%B1n/users',
  ]) {
    assert.deepEqual(await answerOf(world, path, ['order:write']), { status: 403, reason: 'path-differs-in-case' }, path);
  }
  for (const path of ['/shop/menu', '/shop/MENU', '/shop/administration', '/shop/menu/Admin', '/shop/men%C3%BA']) {
    assert.equal((await answerOf(world, path)).status, 200, path);
  }
});

test('A107 capitals in a rule are guarded from small letters, and two rules of one word from each other', async () => {
  const world = openAdmin({
    resources: [{ path: '/Admin', scopes: ['order:write'] }, { path: '/report' }, { path: '/Report' }, { path: '/*' }],
  });
  assert.deepEqual(await answerOf(world, '/shop/admin'), { status: 403, reason: 'path-differs-in-case' });
  assert.deepEqual(await answerOf(world, '/shop/Admin'), { status: 403, reason: 'scope-or-permission-missing' });
  assert.equal((await answerOf(world, '/shop/report')).status, 200);
  assert.deepEqual(await answerOf(world, '/shop/Report'), { status: 403, reason: 'path-differs-in-case' });
});

test('A107 what no rule lets in anyway is told by its case, and methods count', async () => {
  const world = openAdmin({
    resources: [
      { path: '/admin', methods: ['POST'] },
      { path: '/*', methods: ['GET'] },
    ],
  });
  assert.equal((await answerOf(world, '/shop/ADMIN')).status, 200, 'the rule of the other method would not be chosen');
  world.stores.put('Tenants', { ...world.pizzashack, context: '/shop', resources: [{ path: '/menu' }] });
  assert.deepEqual(await answerOf(world, '/shop/Menu'), { status: 403, reason: 'path-differs-in-case' });
});

test('A107 an entry may say that case counts', async () => {
  const world = openAdmin({ caseSensitivePaths: true });
  assert.equal((await answerOf(world, '/shop/ADMIN/users')).status, 200);
  assert.deepEqual(await answerOf(world, '/SHOP/menu'), { status: 403, reason: 'no-api-entry' });
  assert.deepEqual(await answerOf(world, '/shop/admin/users'), { status: 403, reason: 'scope-or-permission-missing' });
});

test('A107 a context of another case is guarded too, a wrong entry’s as well', async () => {
  const world = openAdmin({ context: '/shop' });
  world.stores.put('Tenants', {
    ...world.pizzashack,
    entry: 'api#admin',
    context: '/shop/Internal',
    resources: [{ path: '/*', scopes: ['x'] }],
  });
  assert.deepEqual(await answerOf(world, '/shop/internal/x'), { status: 403, reason: 'path-differs-in-case' });
  world.stores.put('Tenants', { ...world.pizzashack, entry: 'api#admin', context: '/shop/Internal', resource: [] });
  assert.deepEqual(await answerOf(world, '/shop/internal/x'), { status: 403, reason: 'path-differs-in-case' });
  assert.deepEqual(await answerOf(world, '/shop/Internal/x'), { status: 403, reason: 'api-entry-wrong' });
  assert.equal((await answerOf(world, '/shop/other')).status, 200);
});

const word = fc.constantFrom('admin', 'Admin', 'ADMIN', 'menu', 'Menu', 'k', 'K', 's', '{id}');
const path = fc.array(word, { maxLength: 3 });
const rulePath = fc
  .tuple(path, fc.constantFrom('', '/*'))
  .map(([words, rest]) => (words.length === 0 && rest === '' ? '/' : words.map((one) => `/${one}`).join('') + rest));
const rule = fc.record({ path: rulePath, methods: fc.constantFrom<'all' | string[]>('all', ['GET'], ['POST']) });
const contextOf = fc.constantFrom(undefined, '/admin', '/Admin', '/admin/menu', '/ADMIN/Menu');

const claims = fc
  .array(fc.record({ context: contextOf, resources: fc.array(rule, { maxLength: 4 }) }), { minLength: 1, maxLength: 3 })
  .map((entries) => entries.map((entry, at) => claimOf(`a${at}`, entry)));

function claimOf(
  name: string,
  { context, resources }: { readonly context: string | undefined; readonly resources: readonly object[] },
): ApiClaim {
  const parsed = parseEntry('api', { apiId: 'a', stage: 'v1', ...(context !== undefined && { context }), resources });
  assert.ok('entry' in parsed, JSON.stringify(parsed));
  const api = { ...parsed.entry, context: context ?? '', name, owner: 't' };
  return { owner: 't', name, stage: 'v1', context: api.context, api };
}

const requestTo = (method: string, segments: readonly string[]): AuthorizerRequest =>
  ({ stage: 'v1', method, path: { kind: 'path', segments } }) as unknown as AuthorizerRequest;

/** Another spelling of the same word to a backend for which case counts for nothing. */
const respelt = (segments: readonly string[], flips: readonly boolean[]): string[] =>
  segments.map((segment, at) => (flips[at] === true ? segment.toUpperCase() : segment.toLowerCase()));

/** What such a backend would be asked for: the rules read without case. */
function ignoringCase(claim: ApiClaim): ApiClaim {
  const lower = (text: string): string =>
    text.replace(/\{[^}]*\}|[A-Z]/g, (found) => (found.startsWith('{') ? found : found.toLowerCase()));
  const resources = (claim.api?.resources ?? []).map((one) => ({ ...one, path: lower(one.path) }));
  return claimOf(claim.name, { context: claim.context === '' ? undefined : lower(claim.context), resources });
}

test('A107 of all spellings of a path none goes by another rule than the others', () => {
  const flips = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
  const given = fc.tuple(
    claims,
    path.map((words) => words.map((one) => (one === '{id}' ? 'x' : one))),
    fc.constantFrom('GET', 'POST'),
    flips,
  );
  let allowed = 0;
  fc.assert(
    fc.property(given, ([entries, segments, method, flip]) => {
      const described = (found: ReturnType<typeof matchRules>) =>
        found.kind === 'unmatched'
          ? undefined
          : found.matches.map(({ api, rule: matched }) => [api.name, matched === undefined ? -1 : api.resources.indexOf(matched)]);
      const expected = described(
        matchRules(
          entries.map(ignoringCase),
          requestTo(
            method,
            segments.map((one) => one.toLowerCase()),
          ),
        ),
      );
      for (const spelling of [segments, respelt(segments, flip)]) {
        const found = matchRules(entries, requestTo(method, spelling));
        if (found.kind === 'unmatched') continue;
        allowed++;
        assert.deepEqual(described(found), expected, `/${spelling.join('/')}`);
      }
    }),
    { numRuns: 5000 },
  );
  assert.ok(allowed > 500, `${allowed} paths had one meaning`);
});

test('A107 small letters are folded as Unicode folds them', () => {
  const entries = [claimOf('a', { context: undefined, resources: [{ path: '/risk' }, { path: '/*' }] })];
  for (const segment of ['RISK', 'ri%C5%BFk', 'ris%E2%84%AA', 'r%C4%B1sk', '%EF%BD%92isk']) {
    const found = matchRules(entries, requestTo('GET', segmentsOf(`/${segment}`)));
    assert.deepEqual(found, { kind: 'unmatched', reason: 'path-differs-in-case' }, segment);
  }
  assert.equal(matchRules(entries, requestTo('GET', ['risks'])).kind, 'matched');
});
