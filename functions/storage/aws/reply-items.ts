// Items of a reply of DynamoDB, as plain JSON.

import { type Attributes, plainItem } from './attribute-value.ts';
import type { AwsReply } from './aws-call.ts';

/** Whether a value is what DynamoDB calls an item. */
export function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null;
}

/** Of GetItem; undefined where there is none. */
export const itemOf = (reply: AwsReply | undefined): Record<string, unknown> | undefined =>
  isAttributes(reply?.Item) ? plainItem(reply.Item) : undefined;

/** Of the pages of a Query. */
export const itemsOf = (replies: readonly AwsReply[]): readonly Record<string, unknown>[] =>
  replies.flatMap(({ Items }) => (Array.isArray(Items) ? Items.filter(isAttributes).map((item) => plainItem(item)) : []));
