// A table that is not there, by its name.

import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';

/** The stack has no table of this name in this region and account. */
export class NoSuchTable extends Error {
  override readonly name = 'NoSuchTable';
}

/** DynamoDB says that a table is not there, and not which. */
export function nameMissingTable<Input extends object, Output extends object>(next: (given: { input: Input }) => Promise<Output>) {
  return async (given: { input: Input }): Promise<Output> => {
    try {
      return await next(given);
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException) || !('TableName' in given.input)) throw error;
      throw new NoSuchTable(String(given.input.TableName), { cause: error });
    }
  };
}
