// Where the code of a function is: the directory of an asset, or a file that is written for code inside the template.

import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordOrEmpty, requireText, TemplateError } from '../template/json.ts';
import type { Resource } from '../template/read-template.ts';

/** Functions run in this very Node. */
const RUNTIME = /^nodejs/;

/** @throws TemplateError for a function that can't be run here, with the reason */
export function findCode({ logicalId, properties }: Resource, assets: ReadonlyMap<string, string>): string {
  const runtime =
    properties.PackageType === 'Image' ? 'a container image' : requireText(properties.Runtime ?? 'nodejs', `${logicalId}.Runtime`);
  if (!RUNTIME.test(runtime)) throw new TemplateError(logicalId, `${runtime} is not run here`);
  const { S3Key, ZipFile } = recordOrEmpty(properties.Code, logicalId);
  if (ZipFile !== undefined) return writeInlineCode(requireText(ZipFile, `${logicalId}.Code.ZipFile`));
  const key = requireText(S3Key, `${logicalId}.Code.S3Key`);
  const directory = assets.get(key);
  if (directory === undefined) throw new TemplateError(logicalId, `there is no asset ${key}`);
  if (!statSync(directory).isDirectory())
    throw new TemplateError(logicalId, 'code in an archive is not run here: give its folder as the asset');
  return directory;
}

/** Lambda calls the file so too. It goes with the machine's temporary files. */
function writeInlineCode(source: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-inline-'));
  writeFileSync(join(directory, 'index.js'), source);
  return directory;
}
