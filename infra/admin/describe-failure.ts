// What is said, and with which exit code the program ends, where a command fails: one short line for each kind of failure,
// so that an outage, a slip and a missing right are never taken for each other.

import { Unavailable } from '../../functions/shared/errors.ts';
import { AwsRefusal } from '../../functions/storage/aws/aws-call.ts';
import { CommandFailed } from './commands/command.ts';
import { EXIT, type ExitCode } from './commands/exit-codes.ts';
import { NoSuchTable } from './no-such-table.ts';
import type { Target } from './parse-target.ts';

export interface Failure {
  readonly message: string;
  readonly exitCode: ExitCode;
}

const refused = (message: string): Failure => ({ message, exitCode: EXIT.refused });
const outage = (message: string): Failure => ({ message, exitCode: EXIT.outage });

const FILE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder, and not a file',
  ENOTDIR: 'is a file, and not a folder',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  EEXIST: 'is there already',
};

/** Of the connection, by the names of Node. */
const NO_ANSWER = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|TimeoutError|AbortError)$/;

const NO_CREDENTIALS = /^(CredentialsProviderError|NoCredentials|TokenProviderError)$/;

const BAD_CREDENTIALS =
  /^(UnrecognizedClientException|InvalidSignatureException|ExpiredToken(Exception)?|InvalidClientTokenId|MissingAuthenticationTokenException|SignatureDoesNotMatch)$/;

/** Of AWS: it is too busy, or broken. */
const BUSY =
  /^(ThrottlingException|ThrottledException|ProvisionedThroughputExceededException|RequestLimitExceeded|TooManyRequestsException|InternalServer(Error)?|InternalFailure|ServiceUnavailable(Exception)?)$/;

/** @param target undefined: it was not understood @param placeOf account and region in words, asked where they matter */
export async function describeFailure(error: unknown, target: Target | undefined, placeOf: () => Promise<string>): Promise<Failure> {
  if (error instanceof CommandFailed) return { message: error.message, exitCode: error.exitCode };
  const chain = causesOf(error);
  const [first] = chain;
  // What became of a userstore's connection is nothing of AWS.
  if (first instanceof Unavailable && first.dependency.startsWith('userstore')) return describeOutage(first);
  const table = findMissingTable(chain);
  if (table !== undefined)
    return refused(
      `There is no ${table}: ${await placeOf()}. Is it another --stack${target?.kind === 'local' ? '' : ', --region or --profile'}?`,
    );
  for (const each of chain) {
    const found = describeFileFailure(each) ?? describeAwsFailure(each, target);
    if (found !== undefined) return found;
  }
  const unavailable = chain.find((each) => each instanceof Unavailable);
  if (unavailable !== undefined) return describeOutage(unavailable);
  return refused(`Failed: ${error instanceof Error ? `${error.name}: ${firstLine(error.message)}` : String(error)}`);
}

const describeOutage = ({ dependency, reason }: Unavailable): Failure => outage(`${dependency} does not answer as it should: ${reason}.`);

function findMissingTable(chain: readonly Error[]): string | undefined {
  const known = chain.find((each) => each instanceof NoSuchTable);
  if (known !== undefined) return `table ${known.message}`;
  const isTables = chain.some((each) => each instanceof Unavailable && each.dependency === 'dynamodb' && each.reason === 'not-found');
  return isTables ? 'table of this stack' : undefined;
}

/** The error and what it was caused by. */
function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
  return chain;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name);

function describeFileFailure(error: Error): Failure | undefined {
  const words = 'path' in error ? FILE_WORDS[codeOf(error)] : undefined;
  return words === undefined ? undefined : refused(`${String((error as Error & { path: unknown }).path)}: ${words}.`);
}

function describeAwsFailure(error: Error, target: Target | undefined): Failure | undefined {
  if (/^Region is missing/.test(error.message)) return { message: NO_REGION, exitCode: EXIT.usage };
  if (NO_CREDENTIALS.test(error.name))
    return refused(
      `No credentials of AWS: ${firstLine(error.message)} Give --profile, or log in as for the AWS CLI; --local is the local run.`,
    );
  if (BAD_CREDENTIALS.test(error.name))
    return refused(`AWS does not take the credentials: ${error.name}. They have expired, or are of another account.`);
  if (error.name === 'ResourceNotFoundException') return refused(`Not there: ${firstLine(error.message)}`);
  if (/^AccessDenied(Exception)?$/.test(error.name))
    return refused(`A right is missing: ${error instanceof AwsRefusal ? 'AWS says AccessDenied' : firstLine(error.message)}`);
  if (NO_ANSWER.test(codeOf(error)) || NO_ANSWER.test(error.name))
    return outage(
      target?.kind === 'local'
        ? `Nothing answers at the local run, port ${target.port}. Is \`npm start\` running? --port N says where, if not on 3000.`
        : `AWS does not answer: ${codeOf(error)}. Is the region right, and the network there?`,
    );
  return BUSY.test(error.name) ? outage(`AWS is too busy, or fails: ${error.name}. Try again.`) : undefined;
}

const NO_REGION = 'No region: give --region, or set AWS_REGION or AWS_DEFAULT_REGION; --local is the local run.';

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
