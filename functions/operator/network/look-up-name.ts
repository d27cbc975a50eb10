// Step `name-resolution` of a directory server: by the resolver of the system, which its connections ask too.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Unavailable } from '../../shared/errors.ts';
import { type Deadline, within } from '../../userstores/deadline.ts';
import { describeFailure } from '../describe-failure.ts';
import { passed, type StepResult } from '../step-result.ts';

export async function lookUpName(host: string, deadline: Deadline): Promise<StepResult<void>> {
  if (isIP(host) !== 0) return passed(undefined, `${host} is an address`);
  try {
    const found = await within(deadline, lookup(host, { all: true }), new Unavailable(host, 'timeout'));
    return passed(undefined, `${host} is ${found.map(({ address }) => address).join(', ')}`);
  } catch (cause) {
    const error = cause instanceof Unavailable ? cause : new Unavailable(host, 'name-not-resolved', { cause });
    return { ...describeFailure(error), remedy: unresolvedRemedy(host) };
  }
}

export function unresolvedRemedy(host: string): string {
  return `Check the name ${host} in the URL of the entry, and that the DNS that is asked here knows it: in a VPC its resolver (DHCP options, Route 53 rules).`;
}
