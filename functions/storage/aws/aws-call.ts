// The seam between the tables and a client of AWS: one call of one operation, by the names and shapes of the service's
// own API. Two clients stand behind it: `aws-client.ts`, which signs by itself, and `sdk-client.ts`.

import type { ReadAwsSettings } from './aws-settings.ts';
import type { ServiceName } from './endpoint.ts';

/** Refusal of an AWS service; `name` is the type of the error as AWS documents it. */
export class AwsRefusal extends Error {
  override readonly name: string;
  /** How often it was sent. After the first time, an earlier try may have been carried out, and its answer lost. */
  readonly tries: number;

  constructor(type: string, tries: number) {
    super(type);
    this.name = type;
    this.tries = tries;
  }
}

export type AwsReply = Readonly<Record<string, unknown>>;

/**
 * @param known what an answer of this text is known to say; undefined: it is parsed. Absent: nothing is known
 * @throws AwsRefusal, or the error of the connection
 */
export type AwsCall = (operation: string, input: object, known?: (text: string) => AwsReply | undefined) => Promise<AwsReply>;

export interface AwsService {
  readonly name: ServiceName;
  /** What `X-Amz-Target` begins with. */
  readonly target: string;
  readonly mediaType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
}

/** @param readSettings region and credentials; absent: of the environment, as in a function */
export type CreateAwsClient = (service: AwsService, readSettings?: ReadAwsSettings) => AwsCall;
