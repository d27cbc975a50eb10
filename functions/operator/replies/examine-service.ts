// FLOW of the examination of a web service: the way to it step by step, by the rules and the code of every call that an entry
// asks for, then one call as a login makes it.

import { createSecureContext } from 'node:tls';
import type { RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { OutboundRequest } from '../../outbound/outbound.ts';
import { createResolveName, type ResolveName } from '../../outbound/resolve-name.ts';
import { checkedAddresses, requireUrl } from '../../outbound/send-outbound.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { Deadline } from '../../userstores/deadline.ts';
import { openTcp, openTls } from '../../userstores/ldap/connect-ldap.ts';
import { createRestUserstore } from '../../userstores/rest/index.ts';
import { restRequest } from '../../userstores/rest/rest-request.ts';
import { createStoreSecret, type SecretMembers } from '../../userstores/store-secret.ts';
import { createFindSecretFault } from '../../userstores/templated-calls/secret-members.ts';
import { storeLabel, type UserstoreDependencies } from '../../userstores/userstore.ts';
import { describeFailure } from '../describe-failure.ts';
import type { DoctorQuestion, StepReport } from '../examination.ts';
import { examineTcp } from '../network/examine-tcp.ts';
import { examineTls } from '../network/examine-tls.ts';
import { unresolvedRemedy } from '../network/look-up-name.ts';
import { openSteps } from '../run-steps.ts';
import { passed, type StepResult, warning } from '../step-result.ts';
import { callKind, examineReply, REPLY_STEPS } from './reply-steps.ts';
import { readingOf, watchReplies } from './watched-replies.ts';

const SERVICE_STEPS = ['secret', 'url', 'name-resolution', 'tcp', 'tls', ...REPLY_STEPS] as const;

export interface ServiceQuestion {
  readonly asked: DoctorQuestion;
  readonly entry: RestUserstoreEntry;
  readonly dependencies: UserstoreDependencies;
  readonly whole: Deadline;
  /** Default: as calls do. */
  readonly resolveName?: ResolveName | undefined;
}

export function examineService(question: ServiceQuestion): Promise<readonly StepReport[]> {
  const { asked, entry, dependencies, whole } = question;
  const label = storeLabel(asked.tenant, asked.domain);
  const kind = callKind(asked, entry.lookup !== undefined);
  const steps = openSteps(SERVICE_STEPS, { stepMs: entry.timeoutMs, whole });
  return steps.report(async () => {
    const secret = createStoreSecret(dependencies, { ...asked, secretId: entry.secretId, findFault: createFindSecretFault(entry) });
    const members = await steps.run('secret', async () => {
      const read = await secret.read();
      return passed(
        read,
        entry.secretId === undefined ? 'none: the entry has no secretId' : `${entry.secretId} has ${[...read.keys()].sort().join(', ')}`,
      );
    });
    const request = requestOf(question, label, kind === 'lookup', members);
    const url = await steps.run('url', async () => {
      const built = request();
      return passed(requireUrl(label, built), `${built.method} ${new URL(built.url).origin}`);
    });
    const addresses = await steps.run('name-resolution', (deadline) => resolveChecked(question, label, url, deadline));
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const address = await steps.run('tcp', (deadline) => reachAny(addresses, port, deadline));
    await steps.run('tls', (deadline) => secure({ address, port, url, request: request() }, dependencies.clock, deadline));
    const watched = watchReplies(dependencies);
    const store = await createRestUserstore(asked.tenant, asked.domain, entry, watched.dependencies);
    const reading = kind === 'none' ? undefined : readingOf(entry, kind, label);
    await examineReply(steps, { asked, store, watched, kind, reading });
  });
}

/** @throws Unavailable where the secret does not fit the entry */
function requestOf({ asked, entry }: ServiceQuestion, label: string, isLookup: boolean, members: SecretMembers) {
  const call = isLookup && entry.lookup !== undefined ? { ...entry.lookup, userCredentials: 'body' as const } : entry;
  const values = new Map(Object.entries({ username: asked.user ?? 'nobody', password: '', tenant: asked.tenant, id: '' }));
  return () => restRequest({ label, entry, call }, values, members);
}

/** The addresses of the name, each checked as for a call (A17). */
async function resolveChecked(
  { entry, resolveName = createResolveName() }: ServiceQuestion,
  label: string,
  url: URL,
  deadline: Deadline,
): Promise<StepResult<readonly string[]>> {
  let found: readonly string[] = [];
  const noted: ResolveName = async (hostname, timeoutMs) => {
    found = await resolveName(hostname, timeoutMs);
    return found;
  };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const rule = { timeoutMs: Math.max(1, deadline.remainingMs()), allowPrivateAddress: entry.allowPrivateAddress };
    const addresses = await checkedAddresses(label, rule, url, noted);
    return passed(addresses, `${host} is ${addresses.join(', ')}`);
  } catch (error) {
    const failure = describeFailure(error);
    if (!(error instanceof Unavailable) || error.reason !== 'refused-address') return { ...failure, remedy: unresolvedRemedy(host) };
    return {
      ...failure,
      error: `refused-address: ${host} is ${found.join(', ') || host}, and no login calls a private, loopback or link-local address`,
      remedy: 'Write "allowPrivateAddress": true into the entry, if the service is in your own network.',
    };
  }
}

/** The first address that takes a connection: calls try them all, too. */
async function reachAny(addresses: readonly string[], port: number, deadline: Deadline): Promise<StepResult<string>> {
  let last: StepResult<string> | undefined;
  for (const [at, address] of addresses.entries()) {
    const reached = await examineTcp({ host: address, port }, deadline.share(addresses.length - at));
    if (reached.outcome !== 'failed') {
      reached.value.destroy();
      return passed(address, reached.found);
    }
    last = reached;
  }
  if (last === undefined) throw new Error('A name that was resolved has an address.');
  return last;
}

interface Destination {
  readonly address: string;
  readonly port: number;
  readonly url: URL;
  readonly request: Pick<OutboundRequest, 'tls'>;
}

async function secure({ address, port, url, request }: Destination, clock: () => number, deadline: Deadline): Promise<StepResult<void>> {
  if (url.protocol === 'http:') return warning(undefined, 'none: passwords go in clear', 'Use an https URL.');
  const { ca, cert, key } = request.tls ?? {};
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const openAnother = (within: Deadline) => openTcp({ host: address, port }, within);
  const open = async (within: Deadline) => openTls(await openAnother(within), host, secureContextOf({ ca, cert, key }), within);
  const found = await examineTls({ host, hasCa: ca !== undefined, open, openAnother, clock }, deadline);
  if (found.outcome === 'failed') return found;
  found.value.destroy();
  return { ...found, value: undefined };
}

/** As calls have it. @throws Unavailable where the secret's certificate, or `caPem`, is none */
function secureContextOf(tls: { ca: string | undefined; cert: string | undefined; key: string | undefined }) {
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...Object.fromEntries(Object.entries(tls).filter(([, pem]) => pem !== undefined)),
    });
  } catch {
    // No cause: what a parser says may quote the key.
    throw new Unavailable('tls', 'bad-request');
  }
}
