// Step `tcp`: a connection, as every call begins.

import type { Socket } from 'node:net';
import type { Deadline } from '../../userstores/deadline.ts';
import { openTcp } from '../../userstores/ldap/connect-ldap.ts';
import { ServerFault } from '../../userstores/ldap/ldap-fault.ts';
import { describeFailure } from '../describe-failure.ts';
import { passed, type StepResult } from '../step-result.ts';

export async function examineTcp(
  { host, port }: { readonly host: string; readonly port: number },
  deadline: Deadline,
): Promise<StepResult<Socket>> {
  try {
    const socket = await openTcp({ host, port }, deadline);
    // One that is closed while nobody reads is told by the next step.
    socket.on('error', () => {});
    return passed(socket, `${socket.remoteAddress ?? host} port ${port}`);
  } catch (error) {
    const isSilent = error instanceof ServerFault && error.reason === 'timeout';
    return {
      ...describeFailure(error),
      remedy: isSilent
        ? `Nobody answers at ${host} port ${port}. Let what asks reach it: security groups, network ACLs, routes, and the firewall in front of the server.`
        : `Nothing listens on port ${port} of ${host}, or a firewall says so: check the port in the URL, and that the server runs.`,
    };
  }
}
