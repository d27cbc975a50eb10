// The Lambda functions of a template, opened from the assets that the synthesis bundled.

import { join } from 'node:path';
import { numberOr, recordOrEmpty, requireText, TemplateError, textsOrEmpty } from '../template/json.ts';
import type { Resource, Template } from '../template/read-template.ts';
import { findCode } from './find-code.ts';
import type { LogFormat } from './lambda-log.ts';
import { type LocalFunction, openFunction } from './open-function.ts';

/** Where a function finds the services that stand in for those of AWS, and what it writes. */
export interface FunctionSurroundings {
  readonly variables: Readonly<Record<string, string>>;
  readonly writeLine: (functionName: string, line: string) => void;
  /** Gets each function that can't be run here, and why; nobody then finds it. Absent: one is an error. */
  readonly passOver?: (logicalId: string, why: string) => void;
  /** Changes the function's own variables. */
  readonly rewrite?: (variables: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
}

/** What the template sets for a function. */
function ownVariablesOf({ logicalId, properties }: Resource, surroundings: FunctionSurroundings): Readonly<Record<string, string>> {
  const { rewrite = (variables) => variables } = surroundings;
  return rewrite(textsOrEmpty(recordOrEmpty(properties.Environment, logicalId).Variables, `${logicalId}.Environment`));
}

function variablesOf(resource: Resource, surroundings: FunctionSurroundings, region: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    // A certificate authority of this machine's own, as `NODE_EXTRA_CA_CERTS=ca.pem npm start` names it.
    ...(process.env.NODE_EXTRA_CA_CERTS !== undefined && { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_NAME: resource.ref,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.properties.MemorySize ?? 128),
    AWS_LAMBDA_LOG_FORMAT: logFormatOf(resource),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${resource.ref}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${String(resource.properties.Runtime ?? 'nodejs24.x')}`,
    ...surroundings.variables,
    ...ownVariablesOf(resource, surroundings),
  };
}

/** Text unless the template says otherwise, as at Lambda. */
function logFormatOf({ logicalId, properties }: Resource): LogFormat {
  return recordOrEmpty(properties.LoggingConfig, logicalId).LogFormat === 'JSON' ? 'JSON' : 'Text';
}

function open(resource: Resource, assets: ReadonlyMap<string, string>, surroundings: FunctionSurroundings, region: string): LocalFunction {
  const { logicalId, properties } = resource;
  const directory = findCode(resource, assets);
  const handler = requireText(properties.Handler, `${logicalId}.Handler`);
  const dot = handler.lastIndexOf('.');
  return openFunction({
    setup: {
      modulePath: join(directory, handler.slice(0, dot)),
      exportName: handler.slice(dot + 1),
      functionName: resource.ref,
      functionArn: resource.attributes.Arn ?? '',
      memoryMb: numberOr(properties.MemorySize, 128, logicalId),
    },
    variables: variablesOf(resource, surroundings, region),
    ownVariables: ownVariablesOf(resource, surroundings),
    logFormat: logFormatOf(resource),
    timeoutMs: numberOr(properties.Timeout, 3, logicalId) * 1000,
    // CDK ends a logical id in eight characters of a hash: nobody reads them.
    writeLine: (line) => surroundings.writeLine(logicalId.replace(/[0-9A-F]{8}$/, ''), line),
  });
}

/** All functions of a template. `find` takes an ARN with or without version or alias, or a name. */
export interface LocalFunctions {
  find(nameOrArn: string): LocalFunction | undefined;
  readonly all: readonly LocalFunction[];
  close(): Promise<void>;
}

/** @throws TemplateError where a function is written in a way that the local run does not know */
export function readFunctions(template: Template, assets: ReadonlyMap<string, string>, surroundings: FunctionSurroundings): LocalFunctions {
  const { region } = template.deployment;
  const all = template.resources('AWS::Lambda::Function').flatMap((resource) => {
    try {
      return [open(resource, assets, surroundings, region)];
    } catch (error) {
      if (surroundings.passOver === undefined || !(error instanceof TemplateError)) throw error;
      surroundings.passOver(resource.logicalId, error.message);
      return [];
    }
  });
  const byName = new Map(all.map((each) => [each.name, each]));
  return {
    all,
    find: (nameOrArn) => byName.get(/^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(nameOrArn)?.[1] ?? nameOrArn),
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  };
}
