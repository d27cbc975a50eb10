// `explain`: why a call was answered as it was, or would be, and what to change.

import { type CallQuestion, explainCall } from '../explain/explain-call.ts';
import { explainRequest } from '../explain/explain-request.ts';
import type { ExplainedDecision } from '../explain/explained-decision.ts';
import { formatDecision } from '../explain/format-decision.ts';
import { parseSince } from '../explain/parse-since.ts';
import { type Command, CommandFailed, listOption, type Operator, type Options, requireOption, textOption } from './command.ts';

const DEFAULT_SINCE = '3h';
const MAX_TOKEN_CHARACTERS = 65_536;

export const explain: Command = {
  words: 'explain',
  takes: [],
  does: 'says why a call is refused or let in, rule by rule, which entry decides and what to change: of a request that was answered, by its id (--request, x-amzn-RequestId of the answer); or of a call (--resource "POST /path", or a URL) by a client, by a user of it (--client, --user), by a token (--token-stdin), or by nobody. The functions’ own code decides; nothing is written',
  options: {
    request: { type: 'string' },
    since: { type: 'string' },
    'log-group': { type: 'string', multiple: true },
    resource: { type: 'string' },
    client: { type: 'string' },
    user: { type: 'string' },
    role: { type: 'string', multiple: true },
    scope: { type: 'string' },
    'token-stdin': { type: 'boolean' },
    api: { type: 'string' },
    stage: { type: 'string' },
    'api-type': { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(operator, _values, options) {
    const requestId = textOption(options, 'request');
    const explained = requestId === undefined ? await explainOne(operator, options) : await explainAnswered(operator, requestId, options);
    if (options.json === true) operator.print(JSON.stringify(explained, undefined, 2));
    else for (const line of formatDecision(explained)) operator.print(line);
    return explained.outcome === 'undecided' ? 1 : 0;
  },
};

async function explainAnswered(operator: Operator, requestId: string, options: Options): Promise<ExplainedDecision> {
  const sinceMs = parseSince(textOption(options, 'since') ?? DEFAULT_SINCE, operator.clock());
  const log = await operator.openLog(listOption(options, 'log-group'));
  return explainRequest(log, operator.tenants, { requestId, sinceMs });
}

async function explainOne(operator: Operator, options: Options): Promise<ExplainedDecision> {
  const resource = requireOption(options, 'resource');
  const apiType = textOption(options, 'api-type') ?? 'rest';
  if (apiType !== 'rest' && apiType !== 'http') throw new CommandFailed('--api-type is rest or http.');
  const [api, stage] = [textOption(options, 'api'), textOption(options, 'stage')];
  const caller = await callerOf(operator, options);
  return explainCall(await operator.openExplain(), { resource, api, stage, apiType, caller });
}

async function callerOf({ readInput }: Operator, options: Options): Promise<CallQuestion['caller']> {
  const [clientId, username] = [textOption(options, 'client'), textOption(options, 'user')];
  if (options['token-stdin'] === true) {
    if (clientId !== undefined) throw new CommandFailed('Either --client or --token-stdin says who calls.');
    return { kind: 'token', token: tokenOf(await readInput()) };
  }
  if (clientId === undefined) {
    if (username !== undefined) throw new CommandFailed('--user needs --client: a user calls through an application.');
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
