// What an entry needs of its store's secret: the members that its templates name, and both halves of what comes in two.

import type { LambdaUserstoreEntry, RestUserstoreEntry } from '../../configuration/entries/userstore-entry.ts';
import type { SecretFault, SecretMembers } from '../store-secret.ts';

const PAIRS = [
  ['username', 'password'],
  ['clientCertificatePem', 'clientKeyPem'],
] as const;

type FindSecretFault = (members: SecretMembers) => SecretFault | undefined;

/** A call without what the service knows us by would be refused, or worse, answered as if the user's password were wrong (A18). */
export function createFindSecretFault(entry: RestUserstoreEntry | LambdaUserstoreEntry): FindSecretFault {
  const named = namedMembers([entry.request, entry.lookup?.request, entry.type === 'rest' ? entry.headers : undefined]);
  const isCall = entry.type === 'rest';
  return (members) => {
    if (isCall && PAIRS.some(([one, other]) => members.has(one) !== members.has(other))) return 'bad-secret';
    if (named.some((name) => !members.has(name))) return 'secret-incomplete';
    // Who writes a secret for a service means it to be used.
    const isUsed = named.length > 0 || !isCall || members.has('urls') || PAIRS.some(([one]) => members.has(one));
    return isUsed ? undefined : 'secret-incomplete';
  };
}

/** `apiKey` of `{secret.apiKey}`, in all strings of a template. */
function namedMembers(template: unknown): readonly string[] {
  if (typeof template === 'string') return [...template.matchAll(/\{secret\.([a-zA-Z0-9_.-]{1,120})\}/g)].map(([, name = '']) => name);
  return typeof template === 'object' && template !== null ? Object.values(template).flatMap(namedMembers) : [];
}
