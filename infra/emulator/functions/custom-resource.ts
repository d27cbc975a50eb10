// Custom resources of a template: their function gets CloudFormation's Create event and answers to a local URL
// ("Custom resource request objects" of the CloudFormation guide).

import { randomUUID } from 'node:crypto';
import { listen } from '../gateway/listen.ts';
import { isRecord, requireText, TemplateError } from '../template/json.ts';
import type { LiveResource } from '../template/physical-resource.ts';
import type { Resource, Template } from '../template/read-template.ts';
import type { LocalFunctions } from './read-functions.ts';

/** CloudFormation waits an hour; nobody at a terminal does. */
const ANSWER_TIMEOUT_MS = 60_000;

/** What the custom resources of Gatehouse begin with. */
const OWN = 'Custom::Gatehouse';

const isCustomResource = ({ type }: Resource): boolean => type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');

async function create(
  resource: Resource,
  template: Template,
  functions: Pick<LocalFunctions, 'find'>,
  report: (line: string) => void,
): Promise<LiveResource> {
  const { logicalId, type, properties } = resource;
  const token = requireText(properties.ServiceToken, `${logicalId}.ServiceToken`);
  const handler = functions.find(token);
  if (handler === undefined) throw new TemplateError(logicalId, `there is no function ${token}`);
  const answered = Promise.withResolvers<unknown>();
  const inbox = await listen(
    0,
    async ({ body }) => {
      answered.resolve(JSON.parse(body.toString('utf8')));
      return { status: 200, headers: [], body: Buffer.alloc(0) };
    },
    report,
  );
  const timer = setTimeout(() => answered.reject(new Error(`${logicalId}: ${handler.name} did not answer`)), ANSWER_TIMEOUT_MS);
  try {
    const result = await handler.invoke({
      RequestType: 'Create',
      ServiceToken: token,
      ResponseURL: `http://127.0.0.1:${inbox.port}/`,
      StackId: `arn:aws:cloudformation:${template.deployment.region}:${template.deployment.accountId}:stack/${template.deployment.stackName}/local`,
      RequestId: randomUUID(),
      LogicalResourceId: logicalId,
      ResourceType: type,
      ResourceProperties: properties,
    });
    if (result.kind === 'error')
      throw new Error(`${logicalId}: ${handler.name} failed: ${result.error.errorType}: ${result.error.errorMessage}`);
    return liveResource(logicalId, await answered.promise);
  } finally {
    clearTimeout(timer);
    await inbox.close();
  }
}

/** @throws Error where the function said FAILED */
function liveResource(logicalId: string, answer: unknown): LiveResource {
  if (!isRecord(answer)) throw new Error(`${logicalId}: the answer is no object`);
  if (answer.Status !== 'SUCCESS') throw new Error(`${logicalId}: ${String(answer.Reason ?? 'failed')}`);
  const data = isRecord(answer.Data) ? answer.Data : {};
  return {
    ref: requireText(answer.PhysicalResourceId, `${logicalId}.PhysicalResourceId`),
    attributes: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])),
  };
}

/**
 * Creates all custom resources, one after the other, and tells the template what they are.
 *
 * @param passOver gets those that are not ours: what their functions do is done to AWS. Absent: all are made
 */
export async function createCustomResources(
  template: Template,
  functions: Pick<LocalFunctions, 'find'>,
  report: (line: string) => void,
  passOver?: (logicalId: string, why: string) => void,
): Promise<void> {
  const custom = [...template.resources('AWS::CloudFormation::CustomResource'), ...template.resources('Custom::')].filter(isCustomResource);
  for (const resource of custom) {
    if (passOver !== undefined && !resource.type.startsWith(OWN))
      passOver(resource.logicalId, `${resource.logicalId}: ${resource.type} is not made here`);
    else template.learn(resource.logicalId, await create(resource, template, functions, report));
  }
}
