// Properties of paths and templates: the matcher never throws, and never takes a path that its template does not describe.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCanonicalPath } from '../../../functions/authorizer/canonical-path.ts';
import { isInstance, parseResourceTemplate, parseRuleTemplate, segmentsOf } from '../../../functions/configuration/path-template.ts';
import { openWorld, restRequest } from './authorizer-world.ts';

const name = fc.stringMatching(/^[A-Za-z0-9._~-]{1,8}$/).filter((text) => text !== '.' && text !== '..');
const templateSegment = fc.oneof(name, fc.constant('{id}'));
const rest = fc.constantFrom('', '/*');

/** Another way to say what a rule's template takes. */
function describes(template: string, path: string): boolean {
  const hasRest = template.endsWith('/*');
  const fixed = hasRest ? template.slice(0, -2) : template;
  const source = fixed.split('/').map((part) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('/')}${hasRest ? '(/.*)?' : ''}$`, 's').test(path === '/' && fixed === '' ? '' : path);
}

const template = fc
  .tuple(fc.array(templateSegment, { maxLength: 4 }), rest)
  .map(([segments, tail]) => (segments.length === 0 && tail === '' ? '/' : segments.map((segment) => `/${segment}`).join('') + tail));

test('a rule takes exactly the paths that its template describes', () => {
  const path = fc.array(name, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(template, path, (rule, candidate) => {
      const expected = rule === '/' ? candidate === '/' : describes(rule, candidate);
      assert.equal(isInstance(parseRuleTemplate(rule), segmentsOf(candidate)), expected);
    }),
    { numRuns: 2000 },
  );
});

test('a rule takes every instance of its own template', () => {
  fc.assert(
    fc.property(template, fc.array(name, { minLength: 4, maxLength: 8 }), (rule, fill) => {
      const path = rule
        .replace(/\/\*$/, `/${fill.slice(2).join('/')}`)
        .split('/')
        .map((segment, at) => (segment === '{id}' ? (fill[at % fill.length] ?? 'x') : segment))
        .join('/');
      assert.ok(isInstance(parseRuleTemplate(rule), segmentsOf(path)), `${rule} ${path}`);
    }),
    { numRuns: 1000 },
  );
});

test('an API Gateway resource takes what API Gateway routes to it', () => {
  const takes = (resource: string, path: string) => isInstance(parseResourceTemplate(resource), segmentsOf(path));
  assert.ok(takes('/{proxy+}', '/a') && takes('/{proxy+}', '/a/b') && !takes('/{proxy+}', '/'));
  assert.ok(takes('/a/{x}/b', '/a/1/b') && !takes('/a/{x}/b', '/a/1/c') && !takes('/a/{x}/b', '/a/b'));
  assert.ok(takes('/', '/') && !takes('/', '/a'));
});

test('a canonical path has one reading: resolved as a URL, or decoded as often as one likes, it has the same segments', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc
      .array(fc.constantFrom('/', '.', '..', '%', '2', 'f', 'e', 'F', 'a', ';', '\\', '%2f', '%2e', '%25', '%41', 'é', '／'), {
        maxLength: 8,
      })
      .map((parts) => parts.join('')),
    fc.webPath(),
  );
  for (const path of ['/ ', '/a ', '/a/ ']) assert.equal(isCanonicalPath(path), false, path);
  assert.equal(isCanonicalPath('/a b'), true);
  fc.assert(
    fc.property(text, (rest) => {
      const path = `/${rest}`;
      if (!isCanonicalPath(path)) return;
      const { pathname } = new URL(`https://h${path}`);
      assert.equal(decodeURI(pathname).normalize('NFKC'), decodeURI(path).normalize('NFKC'));
      let decoded = path;
      for (let times = 0; times < 3; times++) {
        try {
          decoded = decodeURIComponent(decoded);
        } catch {
          break;
        }
        assert.equal(decoded.split('/').length, path.split('/').length);
        assert.ok(!decoded.split('/').some((segment) => segment === '.' || segment === '..'));
        assert.ok(!/[\\;?*#\p{Cc}]/u.test(decoded));
      }
    }),
    { numRuns: 5000 },
  );
});

test('whatever the path says, the authorizer answers with a policy or one of its two errors', async () => {
  const world = openWorld();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), fc.string(), async (path, resource, authorization) => {
      const { status } = await world.call(restRequest({ path: `/${path}`, resource: `/${resource}`, authorization }));
      assert.ok(status === 403 || status === 401);
    }),
    { numRuns: 500 },
  );
});
