// `client create` and `client add-secret`: the only moments at which a client's secret is to be seen. One that is a workload has none.

import { createHash, randomBytes } from 'node:crypto';
import { findClaimedWorkload, workloadKey } from '../../../functions/configuration/workload.ts';
import type { Item } from '../../../functions/storage/aws/dynamodb.ts';
import { nameWorkload, requireIssuerEntry, WORKLOAD_OPTIONS } from '../workloads/name-workload.ts';
import {
  type Command,
  CommandFailed,
  listOption,
  type Operator,
  requireConfirmed,
  requireOption,
  textOption,
  UsageFailed,
} from './command.ts';
import { counted } from './counted.ts';
import { outcomeOf } from './outcome.ts';
import { requireTenant } from './require-tenant.ts';
import { lineOfRivals, requireUnclaimedWorkloads } from './require-unclaimed-workloads.ts';
import { tokenRequest } from './token-request.ts';
import { unlessDenied } from './unless-denied.ts';
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
    ...WORKLOAD_OPTIONS,
  },
  effect: 'writes',
  async run(operator, _values, options) {
    const clientId = textOption(options, 'id') ?? randomBytes(16).toString('base64url');
    const workload = nameWorkload(options);
    const secret = options.public === true || workload !== undefined ? undefined : newSecret();
    const optional = (attribute: string, option: string): Item => {
      const value = textOption(options, option);
      return value === undefined ? {} : { [attribute]: value };
    };
    const grants = listOption(options, 'grant');
    const written = requireItem(
      {
        clientId,
        tenant: requireOption(options, 'tenant'),
        ...optional('name', 'name'),
        ...optional('owner', 'owner'),
        ...optional('tokenFormat', 'format'),
        grantTypes: grants.length === 0 ? ['client_credentials'] : grants,
        scopes: listOption(options, 'scope'),
        ...(options.public === true && { authMethods: ['none'] }),
        ...(secret !== undefined && { secrets: [{ sha256: digestOf(secret) }] }),
        // No secret is good for it, one that is added by mistake included.
        ...(workload !== undefined && {
          authMethods: ['private_key_jwt'],
          workload: { issuer: workload.issuer, subject: workload.subject },
        }),
      },
      clientId,
    );
    const { item } = written;
    await requireTenant(operator, String(item.tenant));
    if (workload !== undefined) await requireIssuerEntry(operator, String(item.tenant), workload);
    await requireUnclaimedWorkloads(operator, [written]);
    if (!(await operator.tables.create('Clients', item))) throw new CommandFailed(`Clients, ${clientId}: is there already.`);
    if (workload !== undefined) await withdrawWhereClaimed(operator, item);
    if (workload?.note !== undefined) operator.report(`note: ${workload.note}`);
    const tokenUrl = await operator.findTokenUrl();
    if (tokenUrl === undefined)
      operator.report('No output TokenUrl of the stack is to be seen: give --token-url for a request that works as it is printed.');
    const made = {
      clientId,
      ...(secret !== undefined && { clientSecret: secret }),
      ...(workload !== undefined && { workload: { issuer: workload.issuer, subject: workload.subject } }),
      request: tokenRequest(tokenUrl ?? 'https://YOUR_TOKEN_API/oauth2/token', {
        clientId,
        secret,
        workload,
        grantTypes: textsOf(item.grantTypes),
        scopes: textsOf(item.scopes),
      }),
    };
    return outcomeOf(made, ({ clientId, clientSecret, workload: is, request }) => [
      `key:    ${clientId}`,
      ...(clientSecret === undefined ? [] : [`secret: ${clientSecret}   (shown this once)`]),
      ...(is === undefined ? [] : [`issuer:  ${is.issuer}`, `subject: ${is.subject}   (no secret is stored)`]),
      '',
      request,
    ]);
  },
};

/**
 * Race: two operators who make clients of one workload at once. Both have looked before they wrote; who looks again and sees
 * the other takes back what nobody has used yet, so that at most one is left.
 */
async function withdrawWhereClaimed({ tables }: Operator, item: Item): Promise<void> {
  const own = findClaimedWorkload(item);
  const claims = (await unlessDenied(tables.listWorkloadClaims())) ?? [];
  const rivals = claims.filter((other) => {
    const claimed = findClaimedWorkload(other);
    return other.clientId !== item.clientId && own !== undefined && claimed !== undefined && workloadKey(claimed) === workloadKey(own);
  });
  if (rivals.length === 0) return;
  const key = { clientId: item.clientId };
  const written = await tables.get('Clients', key);
  const isBack = written !== undefined && (await tables.deleteAsRead('Clients', 'client', key, written));
  const line = lineOfRivals(
    String(item.clientId),
    rivals.map(({ clientId }) => String(clientId)),
  );
  throw new CommandFailed(`${line}. ${isBack ? 'It was taken back: try again.' : 'It stands: delete one of them.'}`);
}

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

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
