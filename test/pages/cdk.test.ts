// The TypeScript in the pages, as somebody pastes it into the constructor of a stack: it compiles, and synthesises.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { Stack } from 'aws-cdk-lib/core';
import { openApp } from '../infra/support/synthesise-stack.ts';
import { readText, repositoryFiles } from '../support/repository-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Not below node_modules, where Node runs no TypeScript; ignored by git. */
const FOLDER = `${ROOT}cdk.out/pages-${process.pid}/`;

/** What the pages import, from the folder above. */
const SOURCES = '../../infra/index.ts';

/** What stands in the reader's own stack already, where a block uses it and does not make it. */
const SURROUNDINGS = new Map([
  ['Gatehouse', "const { Gatehouse } = await import('gatehouse');"],
  ['gatehouse', "const gatehouse = new (await import('gatehouse')).Gatehouse(this, 'Gatehouse');"],
  ['api', "const api = new (await import('aws-cdk-lib/aws-apigateway')).RestApi(this, 'Api');"],
  ['httpApi', "const httpApi = new (await import('aws-cdk-lib/aws-apigatewayv2')).HttpApi(this, 'HttpApi');"],
  ['HttpMethod', "const { HttpMethod } = await import('aws-cdk-lib/aws-apigatewayv2');"],
  ['certificateArn', "const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0b0d4f3e-6a0e-4a54-9a43-5b6f3c1b7c11';"],
]);

const blocks = repositoryFiles('.md').flatMap((page) =>
  [...readText(page).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => ({ page, index, code })),
);

const fileOf = ({ page, index }: { readonly page: string; readonly index: number }): string =>
  `${FOLDER}${page.replaceAll(/\W/g, '-')}-${index}.ts`;

function moduleOf(code: string): string {
  const isImport = (line: string): boolean => line.startsWith('import ');
  const lines = code.split('\n');
  const missing = [...SURROUNDINGS].filter(
    ([name]) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`(const|import \\{.*) ${name}\\b`).test(code),
  );
  const own = [
    "import type { Stack } from 'aws-cdk-lib/core';",
    ...lines.filter(isImport),
    'export async function build(this: Stack): Promise<void> {',
    ...missing.map(([, declaration]) => declaration),
    ...lines.filter((line) => !isImport(line)),
    '}',
  ].join('\n');
  // The package is what `npm pack` makes; its sources are what is looked at here.
  return own.replaceAll("'gatehouse')", `'${SOURCES}')`).replaceAll("from 'gatehouse'", `from '${SOURCES}'`);
}

before(() => {
  mkdirSync(FOLDER, { recursive: true });
  // As strict as the app that `cdk init` makes; CDK's own types do not stand the rest of ours.
  const compilerOptions = { exactOptionalPropertyTypes: false };
  writeFileSync(`${FOLDER}tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'], compilerOptions }));
  for (const block of blocks) writeFileSync(fileOf(block), moduleOf(block.code));
});
after(() => rmSync(FOLDER, { recursive: true, force: true }));

test('the code of every page compiles', () => {
  assert.ok(blocks.length >= 4);
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', FOLDER], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

for (const block of blocks)
  test(`code ${block.index + 1} of ${block.page} synthesises`, async () => {
    const { build } = (await import(pathToFileURL(fileOf(block)).href)) as { build(this: Stack): Promise<void> };
    const stack = new Stack(openApp(), 'Page', { env: { account: '123456789012', region: 'us-east-1' } });
    await build.call(stack);
    assert.ok(Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function')).length >= 3);
  });
