// `explain`: why a call was answered as it was, or would be, and what to change.

import { type CallQuestion, explainCall } from '../explain/explain-call.ts';
import { explainRequest } from '../explain/explain-request.ts';
import type { ExplainedDecision } from '../explain/explained-decision.ts';
import { formatDecision } from '../explain/format-decision.ts';
import { parseSince } from '../explain/parse-since.ts';
import { type Command, CommandFailed, listOption, type Operator, type Options, textOption, UsageFailed } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { outcomeOf } from './outcome.ts';

const DEFAULT_SINCE = '3h';
const MAX_TOKEN_CHARACTERS = 65_536;

export const explain: Command = {
  words: 'explain',
  takes: [],
  does: 'says why a call is refused or let in, rule by rule, which entry decides and what to change: of a request that was answered, by its id (--request, x-amzn-RequestId of the answer); or of a call (--resource "POST /path", or a URL) by a client, by a user of it (--client, --user), by a token (--token-stdin), or by nobody. The functions’ own code decides; nothing is written',
  options: {
    request: { type: 'string', takes: 'ID', explains: 'the x-amzn-RequestId of an answer: its line is looked for in the log' },
    since: { type: 'string', takes: 'SPAN', explains: `how far back the log is looked through, as 30m, 3h or 2d; else ${DEFAULT_SINCE}` },
    'log-group': { type: 'string', takes: 'NAME', multiple: true, explains: 'a log group to look through; else those of the stack' },
    resource: { type: 'string', takes: '"METHOD /path"', explains: 'the call, with the path behind the stage, or as a URL' },
    client: { type: 'string', takes: 'CLIENT_ID', explains: 'the application that calls' },
    user: { type: 'string', takes: 'NAME', explains: 'the user for whom --client calls; else it calls for itself' },
    role: { type: 'string', multiple: true, explains: 'a role that the user is taken to have; else those that the store says' },
    scope: { type: 'string', takes: '"SCOPE …"', explains: 'the scopes that it asks for; else all that it may have' },
    'token-stdin': { type: 'boolean', explains: 'read the access token of the caller from standard input, at a terminal without echo' },
    api: {
      type: 'string',
      takes: 'NAME',
      explains:
        'the API, by the name of its api# entry or its id in API Gateway, where several fit; with a name, the path may be one below its context',
    },
    stage: { type: 'string', explains: 'the stage of that API' },
    'api-type': { type: 'string', choices: ['rest', 'http'], explains: 'the kind of that API; else rest' },
  },
  effect: 'reads',
  async run(operator, _values, options) {
    const requestId = textOption(options, 'request');
    const explained = requestId === undefined ? await explainOne(operator, options) : await explainAnswered(operator, requestId, options);
    return outcomeOf(explained, formatDecision, { exitCode: explained.outcome === 'undecided' ? EXIT.refused : EXIT.done });
  },
};

async function explainAnswered(operator: Operator, requestId: string, options: Options): Promise<ExplainedDecision> {
  const sinceMs = parseSince(textOption(options, 'since') ?? DEFAULT_SINCE, operator.clock());
  const log = await operator.openLog(listOption(options, 'log-group'));
  return explainRequest(log, await operator.openExplain(), { requestId, sinceMs });
}

async function explainOne(operator: Operator, options: Options): Promise<ExplainedDecision> {
  const resource = textOption(options, 'resource');
  if (resource === undefined)
    throw new UsageFailed('Say what is to be explained: --request ID, or --resource "POST /path" with --client or --token-stdin.');
  const apiType = textOption(options, 'api-type') ?? 'rest';
  if (apiType !== 'rest' && apiType !== 'http') throw new UsageFailed('--api-type is rest or http.');
  const [api, stage] = [textOption(options, 'api'), textOption(options, 'stage')];
  const caller = await callerOf(operator, options);
  return explainCall(await operator.openExplain(), { resource, api, stage, apiType, caller });
}

async function callerOf({ readSecret }: Operator, options: Options): Promise<CallQuestion['caller']> {
  const [clientId, username] = [textOption(options, 'client'), textOption(options, 'user')];
  if (options['token-stdin'] === true) {
    if (clientId !== undefined) throw new UsageFailed('Either --client or --token-stdin says who calls.');
    return { kind: 'token', token: tokenOf(await readSecret('Token')) };
  }
  if (clientId === undefined) {
    if (username !== undefined) throw new UsageFailed('--user needs --client: a user calls through an application.');
    return { kind: 'nobody' };
  }
  const roles = listOption(options, 'role');
  return { kind: 'client', clientId, username, scope: textOption(options, 'scope'), roles: roles.length === 0 ? undefined : roles };
}

/** As it was copied: with the scheme before it, or blanks around it. No message ever says what it was. */
function tokenOf(input: string): string {
  const token = input.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
  if (token === '' || token.length > MAX_TOKEN_CHARACTERS || /\s/.test(token))
    throw new CommandFailed('Standard input is no token: it should be an access token, and nothing else.');
  return token;
}
