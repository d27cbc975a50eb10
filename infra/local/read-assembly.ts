// What a CDK app synthesised: the stacks of its cloud assembly, those of its stages too, each with its template and its assets
// ("Cloud assembly schema" of the AWS CDK reference).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, recordOrEmpty, requireRecord, requireText } from '../emulator/template/json.ts';

export interface SynthesisedStack {
  /** As CloudFormation knows it. */
  readonly name: string;
  /** As the CDK's command line shows it: `Stage/Stack`. */
  readonly displayName: string;
  /** Parsed JSON. */
  readonly template: unknown;
  /** Directories of its assets by object key. */
  readonly assets: ReadonlyMap<string, string>;
  /** Absent: the stack does not say. */
  readonly accountId?: string;
  readonly region?: string;
  /** It is the demo beside somebody else's app. */
  readonly isDemo?: boolean;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** The directory of each asset by its object key. @throws TemplateError */
function readAssets(directory: string, file: string): ReadonlyMap<string, string> {
  const files = recordOrEmpty(requireRecord(readJson(join(directory, file)), 'assets').files, 'assets.files');
  return new Map(
    Object.values(files).flatMap((asset) => {
      const { source, destinations } = requireRecord(asset, 'asset');
      const path = isRecord(source) ? source.path : undefined;
      if (path === undefined) return [];
      const keys = Object.values(recordOrEmpty(destinations, 'destinations')).map((to) => requireRecord(to, 'destination').objectKey);
      return keys.map((key) => [requireText(key, 'objectKey'), join(directory, requireText(path, 'asset path'))] as const);
    }),
  );
}

/** `aws://123456789012/us-east-1`; unknown parts are said to be so. */
function environmentOf(value: unknown): Pick<SynthesisedStack, 'accountId' | 'region'> {
  const [, accountId = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return { ...(/^\d{12}$/.test(accountId) && { accountId }), ...(region !== '' && region !== 'unknown-region' && { region }) };
}

/** In the order in which one needs the other. @throws TemplateError */
export function readAssembly(directory: string): readonly SynthesisedStack[] {
  const manifest = requireRecord(readJson(join(directory, 'manifest.json')), 'manifest.json');
  const artifacts = recordOrEmpty(manifest.artifacts, 'artifacts');
  const seen = new Set<string>();
  const visit = (id: string): readonly SynthesisedStack[] => {
    if (seen.has(id) || !Object.hasOwn(artifacts, id)) return [];
    seen.add(id);
    const artifact = requireRecord(artifacts[id], id);
    const { type, properties, dependencies, environment, displayName } = artifact;
    const before = [dependencies ?? []].flat().flatMap((needed) => visit(requireText(needed, id)));
    const { templateFile, stackName, directoryName } = recordOrEmpty(properties, id);
    if (type === 'cdk:cloud-assembly') return [...before, ...readAssembly(join(directory, requireText(directoryName, id)))];
    if (type !== 'aws:cloudformation:stack') return before;
    const file = requireText(templateFile, id);
    return [
      ...before,
      {
        name: requireText(stackName ?? id, id),
        displayName: requireText(displayName ?? id, id),
        template: readJson(join(directory, file)),
        assets: Object.hasOwn(artifacts, `${id}.assets`) ? readAssets(directory, `${id}.assets.json`) : new Map(),
        ...environmentOf(environment),
      },
    ];
  };
  return Object.keys(artifacts).flatMap(visit);
}
