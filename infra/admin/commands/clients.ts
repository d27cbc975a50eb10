// `client create` and `client add-secret`: the only moments at which a client's secret is to be seen.

import { createHash, randomBytes } from 'node:crypto';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { type Command, CommandFailed, listOption, requireConfirmed, requireOption, textOption, UsageFailed } from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';
import { requireTenant } from './require-tenant.ts';
import { requireItem } from './write-item.ts';

/** 256 random bits; the table keeps their digest, which needs no slow hash (A60). */
const newSecret = (): string => randomBytes(32).toString('base64url');

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const createClient: Command = {
  words: 'client create',
  takes: [],
  does: 'makes a client and prints its key, its secret, and a request for a token',
  options: {
    tenant: { type: 'string', explains: 'whose client it is; must be given' },
    id: { type: 'string', explains: 'its key; else one is made' },
    name: { type: 'string', explains: 'what people call it' },
    owner: { type: 'string', explains: 'the subscriber, as backends are told' },
    grant: { type: 'string', multiple: true, explains: 'a grant type that it may use; else client_credentials' },
    scope: { type: 'string', multiple: true, explains: 'a scope that it may have' },
    format: { type: 'string', choices: ['opaque', 'jwt'], explains: 'the format of its access tokens; else that of the tenant' },
    public: { type: 'boolean', explains: 'it has no secret, as an application in a browser or on a telephone' },
  },
  effect: 'writes',
  async run(operator, _values, options) {
    const clientId = textOption(options, 'id') ?? randomBytes(16).toString('base64url');
    const secret = options.public === true ? undefined : newSecret();
    const optional = (attribute: string, option: string): Item => {
      const value = textOption(options, option);
      return value === undefined ? {} : { [attribute]: value };
    };
    const grants = listOption(options, 'grant');
    const { item } = requireItem(
      {
        clientId,
        tenant: requireOption(options, 'tenant'),
        ...optional('name', 'name'),
        ...optional('owner', 'owner'),
        ...optional('tokenFormat', 'format'),
        grantTypes: grants.length === 0 ? ['client_credentials'] : grants,
        scopes: listOption(options, 'scope'),
        ...(secret === undefined ? { authMethods: ['none'] } : { secrets: [{ sha256: digestOf(secret) }] }),
      },
      clientId,
    );
    await requireTenant(operator, String(item.tenant));
    if (!(await operator.tables.create('Clients', item))) throw new CommandFailed(`Clients, ${clientId}: is there already.`);
    const tokenUrl = await operator.findTokenUrl();
    if (tokenUrl === undefined)
      operator.report('No output TokenUrl of the stack is to be seen: give --token-url for a request that works as it is printed.');
    const made = {
      clientId,
      ...(secret !== undefined && { clientSecret: secret }),
      request: curlOf(tokenUrl ?? 'https://YOUR_TOKEN_API/oauth2/token', {
        clientId,
        secret,
        grantTypes: textsOf(item.grantTypes),
        scopes: textsOf(item.scopes),
      }),
    };
    return outcomeOf(made, ({ clientId, clientSecret, request }) => [
      `key:    ${clientId}`,
      ...(clientSecret === undefined ? [] : [`secret: ${clientSecret}   (shown this once)`]),
      '',
      request,
    ]);
  },
};

export const addClientSecret: Command = {
  words: 'client add-secret',
  takes: ['CLIENT_ID'],
  does: 'gives a client one more secret, and the others --expire-others-in seconds to live',
  options: {
    'expire-others-in': {
      type: 'string',
      takes: 'SECONDS',
      explains: 'how long the other secrets are still good; else as long as they were',
    },
  },
  effect: (options) => (options['expire-others-in'] === undefined ? 'writes' : 'ends'),
  async run(operator, [clientId = ''], options) {
    const stored = await operator.tables.get('Clients', { clientId });
    if (stored === undefined) throw new CommandFailed(`Clients, ${clientId}: is not there.`);
    const client = requireItem(stored, clientId);
    const expiresAt = expiryOf(textOption(options, 'expire-others-in'), operator.clock());
    if (expiresAt !== undefined)
      await requireConfirmed(
        operator,
        `Give ${clientId} one more secret, and let the others end at ${new Date(expiresAt * 1000).toISOString()}?`,
      );
    const secret = newSecret();
    const others = Array.isArray(stored.secrets) ? stored.secrets : [];
    const kept = others.map((other) =>
      expiresAt === undefined ? other : { ...other, expiresAt: Math.min(other.expiresAt ?? expiresAt, expiresAt) },
    );
    const { item } = requireItem({ ...client.item, secrets: [...kept, { sha256: digestOf(secret) }] }, clientId);
    if (!(await operator.tables.replace('Clients', item)))
      throw new CommandFailed(`Clients, ${clientId}: is being changed by somebody else. Try again.`);
    const othersEnd = expiresAt === undefined ? {} : { othersEndAt: new Date(expiresAt * 1000).toISOString() };
    const added: { readonly clientSecret: string; readonly secrets: number; readonly othersEndAt?: string } = {
      clientSecret: secret,
      secrets: kept.length + 1,
      ...othersEnd,
    };
    const summary = `${clientId} has ${counted(added.secrets, 'secret')}${added.othersEndAt === undefined ? '' : `; the others end at ${added.othersEndAt} at the latest`}`;
    return outcomeOf(added, ({ clientSecret }) => [`secret: ${clientSecret}   (shown this once)`], { summary });
  },
};

function expiryOf(seconds: string | undefined, nowMs: number): number | undefined {
  if (seconds === undefined) return undefined;
  if (!/^\d{1,9}$/.test(seconds)) throw new UsageFailed('--expire-others-in must be a number of seconds.');
  return Math.floor(nowMs / 1000) + Number(seconds);
}

interface Made {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
}

/** A request that works when it is pasted into a shell, once name and password stand in it. */
function curlOf(tokenUrl: string, { clientId, secret, grantTypes, scopes }: Made): string {
  const form = grantTypes.includes('password')
    ? ["-d 'grant_type=password'", "--data-urlencode 'username=USER'", "--data-urlencode 'password=PASSWORD'"]
    : ["-d 'grant_type=client_credentials'"];
  const scope = scopes.length === 0 ? [] : [`--data-urlencode 'scope=${scopes.join(' ')}'`];
  const who = secret === undefined ? `--data-urlencode 'client_id=${clientId}'` : `-u '${clientId}:${secret}'`;
  return ['curl', who, ...form, ...scope, `'${tokenUrl}'`].join(' ');
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
