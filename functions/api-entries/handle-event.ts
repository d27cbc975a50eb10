// FLOW: CloudFormation asks → read the entry → plan → write, under a condition → answer. Nobody else may ask.

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answerCloudFormation, type CustomResourceAnswer, isCustomResourceEvent } from '../shared/cloudformation.ts';
import { errorFields, type Log } from '../shared/log.ts';
import { ApiEntryFault, type EntryStore, keepEntry, removeEntry } from './keep-entry.ts';
import { parseRequest } from './parse-request.ts';

export interface ApiEntriesDependencies {
  readonly store: EntryStore;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
}

/** What is told of a resource that never was one. */
const NO_ENTRY = 'no-entry';

export function createApiEntriesHandler({ store, fetch, log }: ApiEntriesDependencies): (event: unknown) => Promise<void> {
  async function keep(event: CloudFormationCustomResourceEvent): Promise<CustomResourceAnswer> {
    const wanted = parseRequest(event);
    const physicalResourceId = `${wanted.key.tenant}/${wanted.key.entry}`;
    if (event.RequestType === 'Delete') {
      const outcome = await removeEntry(store, wanted);
      log('INFO', 'api-entry-removed', { ...wanted.key, outcome });
      return { status: 'SUCCESS', physicalResourceId, data: {} };
    }
    const kept = await keepEntry(store, wanted);
    log(kept.length === 0 ? 'INFO' : 'WARN', 'api-entry-written', { ...wanted.key, kept });
    return { status: 'SUCCESS', physicalResourceId, data: { Kept: kept.join(',') } };
  }

  return async (event) => {
    if (!isCustomResourceEvent(event)) throw new Error('Only CloudFormation may ask.');
    const answer = await keep(event).catch((error: unknown): CustomResourceAnswer => {
      log('ERROR', 'api-entry-failed', errorFields(error));
      return answerOfFailure(event, error);
    });
    await answerCloudFormation(fetch, event, answer);
  };
}

function answerOfFailure(event: CloudFormationCustomResourceEvent, error: unknown): CustomResourceAnswer {
  const physicalResourceId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : NO_ENTRY;
  // What was never made is gone, or a rollback would hang on it.
  if (event.RequestType === 'Delete' && physicalResourceId === NO_ENTRY) return { status: 'SUCCESS', physicalResourceId, data: {} };
  const message =
    error instanceof ApiEntryFault
      ? error.message
      : `DynamoDB did not take the entry: ${error instanceof Error ? error.name : 'no answer'}.`;
  return { status: 'FAILED', physicalResourceId, message: message.slice(0, 1000) };
}
