// The flows that need nothing but the running system, on one local run: starting it takes longer than most of them.
// Each file can be run alone as well. Those that put wrong entries or lock people out come last.

import './six-steps.ts';
import './oauth-clients.ts';
import './operator.ts';
import './explain.ts';
import './assertions.ts';
import './workloads.ts';
import './console-page.ts';
import './operator-page.ts';
import './sign-in-page.ts';
import './mcp-server.ts';
import './mcp-conformance.ts';
import './mcp-agent.ts';
import './failing-userstores.ts';
import '../attacks/running-system.ts';
import './wrong-entries.ts';
