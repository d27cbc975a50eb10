// Reads again what is read every few seconds: an answer that is the same to the last byte is not taken apart a second time.
// Entries are written by anybody's hand, so that there is no version of a tenant to ask for: a digest of the answer stands
// for it. Items come in the order of their keys; where anything else comes in another order than before, which DynamoDB may
// do, the answer is merely parsed once more.

import { hash } from 'node:crypto';
import { Unavailable } from '../../shared/errors.ts';
import { attributesOf } from './attribute-value.ts';
import type { AwsCall, AwsReply } from './aws-call.ts';
import type { Item } from './expression.ts';
import { itemOf, itemsOf } from './reply-items.ts';

/** What was made of an answer, and what the answer is known by. */
export interface ReadValue<T> {
  readonly value: T;
  /** One for each page. */
  readonly marks: readonly PageMark[];
}

interface PageMark {
  /** SHA-256 of the text. */
  readonly digest: string;
  /** All that is needed of a page that is known: where the next one begins. */
  readonly rest: AwsReply;
}

type ReadItem = Readonly<Record<string, unknown>>;

interface Partition {
  readonly table: string;
  /** Absent: the partition is one of the table itself. */
  readonly index?: string | undefined;
  readonly key: readonly [name: string, value: string];
  /** Sort key, and the first value of it that is read. Absent: all are. */
  readonly from?: readonly [name: string, value: string] | undefined;
}

export interface ReadAgain {
  /** All items under one partition key of the table or of one of its indexes. */
  query(table: string, index: string | undefined, key: Partition['key']): Promise<readonly ReadItem[]>;
  /**
   * As `query`, of what is read every few seconds.
   *
   * @param last what this returned at the last time; it returns it again where the table answers the same
   * @param read called where it answers anything else
   */
  queryAgain<T>(of: Partition, last: ReadValue<T> | undefined, read: (items: readonly ReadItem[]) => T): Promise<ReadValue<T>>;
  /** One item, as `queryAgain`; not strongly consistent. */
  getAgain<T>(
    of: { readonly table: string; readonly key: Item },
    last: ReadValue<T> | undefined,
    read: (item: ReadItem | undefined) => T,
  ): Promise<ReadValue<T>>;
}

const MAX_PAGES = 20;

export function createReadAgain(call: AwsCall): ReadAgain {
  return {
    async query(table, index, key) {
      return (await readPages(pagesOf(call, { table, index, key }), undefined, itemsOf)).value;
    },
    queryAgain: (of, last, read) => readPages(pagesOf(call, of), last, (replies) => read(itemsOf(replies))),
    getAgain({ table, key }, last, read) {
      const input = { TableName: table, Key: attributesOf(key), ConsistentRead: false };
      return readPages(
        (_, known) => call('GetItem', input, known),
        last,
        ([reply]) => read(itemOf(reply)),
      );
    },
  };
}

/** Asks for one page. */
type AskForPage = (startAt: unknown, known: (text: string) => AwsReply | undefined) => Promise<AwsReply>;

function pagesOf(call: AwsCall, { table, index, key, from }: Partition): AskForPage {
  return (startAt, known) => {
    const input = {
      TableName: table,
      IndexName: index,
      KeyConditionExpression: `#key = :key${from === undefined ? '' : ' AND #sort >= :first'}`,
      ExpressionAttributeNames: { '#key': key[0], ...(from && { '#sort': from[0] }) },
      ExpressionAttributeValues: { ':key': { S: key[1] }, ...(from && { ':first': { S: from[1] } }) },
      ExclusiveStartKey: startAt,
    };
    return call('Query', input, known);
  };
}

async function readPages<T>(
  ask: AskForPage,
  last: ReadValue<T> | undefined,
  read: (replies: readonly AwsReply[]) => T,
): Promise<ReadValue<T>> {
  const pages: Page[] = [];
  let startAt: unknown;
  do {
    if (pages.length === MAX_PAGES) throw new Unavailable('dynamodb', 'too-many-items');
    const page = await readPage((known) => ask(startAt, known), last?.marks[pages.length]);
    pages.push(page);
    startAt = page.mark.rest.LastEvaluatedKey ?? undefined;
  } while (startAt !== undefined);
  if (last !== undefined && pages.every(({ reply }) => reply === undefined)) return last;
  // What is known by its digest was parsed at the last time.
  const replies = pages.map(({ reply, text }): AwsReply => reply ?? JSON.parse(text));
  return { value: read(replies), marks: pages.map(({ mark }) => mark) };
}

interface Page {
  readonly mark: PageMark;
  /** Undefined where the page is known. */
  readonly reply: AwsReply | undefined;
  readonly text: string;
}

async function readPage(ask: (known: (text: string) => AwsReply | undefined) => Promise<AwsReply>, last: PageMark | undefined) {
  let text = '';
  let digest = '';
  const reply = await ask((answer) => {
    text = answer;
    digest = hash('sha256', answer, 'base64url');
    return digest === last?.digest ? last.rest : undefined;
  });
  if (reply === last?.rest) return { mark: last, reply: undefined, text };
  return { mark: { digest, rest: { LastEvaluatedKey: reply.LastEvaluatedKey } }, reply, text: '' };
}
