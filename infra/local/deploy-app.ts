// Deploys what an app synthesised onto the services of this machine: its stacks in the order in which one needs the other.

import { checkResourceTypes, unknownResourceTypes } from '../emulator/check-resource-types.ts';
import type { Closers } from '../emulator/closers.ts';
import { deployStack, type Terminal } from '../emulator/deploy-stack.ts';
import type { LocalFunctions } from '../emulator/functions/read-functions.ts';
import type { Services } from '../emulator/open-services.ts';
import { joinTemplates, readTemplate, type Template } from '../emulator/template/read-template.ts';
import { type DeployedGatehouse, elsewhereFunctions, gatehouseOf, issuerRewriter } from './gatehouse-of.ts';
import { withLocalAddresses } from './local-addresses.ts';
import type { SynthesisedStack } from './read-assembly.ts';
import { LOCAL_ENVIRONMENT } from './synthesise.ts';

export interface DeployedApp {
  /** All stacks as one. */
  readonly template: Template;
  readonly gatehouse: DeployedGatehouse;
  readonly functions: Pick<LocalFunctions, 'find' | 'all'>;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface AppDeployment {
  readonly stacks: readonly SynthesisedStack[];
  readonly services: Services;
  readonly terminal: Terminal;
  /** Of somebody else: what can't be run here is passed over, and said. */
  readonly isLenient: boolean;
}

/** @throws Error where something of the stacks can't be made */
export async function deployApp({ stacks, services, terminal, isLenient }: AppDeployment, closers: Closers): Promise<DeployedApp> {
  const templates = new Map<string, Template>();
  const elsewhere = {
    exported: (name: string) => [...templates.values()].map((each) => each.exports()[name]).find((value) => value !== undefined),
    output: (stackName: string, name: string) => templates.get(stackName)?.outputs()[name],
  };
  const deployed: LocalFunctions[] = [];
  const elsewhereArns = new Map<string, string>();
  let gatehouse: DeployedGatehouse | undefined;
  for (const { name, template: document, assets, accountId, region, isDemo } of stacks) {
    const parameters = isDemo === true ? demoParameters(gatehouse, services.gatewayUrl) : {};
    const environment = { accountId: accountId ?? LOCAL_ENVIRONMENT.accountId, region: region ?? LOCAL_ENVIRONMENT.region };
    const asOnAws = readTemplate(document, { stackName: name, ...environment }, { elsewhere, isLenient, parameters });
    gatehouse ??= gatehouseOf(asOnAws);
    const template = withLocalAddresses(asOnAws, services.gatewayUrl, gatehouse?.issuer);
    templates.set(name, template);
    if (isLenient) reportUnknown(template, terminal.report);
    else checkResourceTypes(template);
    if (gatehouse !== undefined) for (const [arn, ours] of elsewhereFunctions(template, gatehouse)) elsewhereArns.set(arn, ours);
    const rewrite = gatehouse === undefined ? undefined : issuerRewriter(gatehouse.issuer, services.gatewayUrl);
    deployed.push(
      await deployStack(
        {
          template,
          assets,
          services,
          terminal,
          earlier: joinFunctions(deployed, elsewhereArns),
          ...(isLenient && { passOver: (_: string, why: string) => terminal.report(why) }),
          ...(rewrite !== undefined && { rewrite }),
        },
        closers,
      ),
    );
  }
  if (gatehouse === undefined) throw new Error('None of the stacks has the functions of Gatehouse.');
  const template = joinTemplates([...templates.values()]);
  return { template, gatehouse, functions: joinFunctions(deployed, elsewhereArns), outputs: template.outputs() };
}

/** As infra/demo-app.ts asks for them. */
const demoParameters = (gatehouse: DeployedGatehouse | undefined, gatewayUrl: string): Readonly<Record<string, string>> => ({
  Issuer: gatewayUrl,
  Url: gatewayUrl,
  AuthorizerFunctionArn: gatehouse?.authorizerArn ?? '',
  ApiEntriesFunctionArn: gatehouse?.apiEntriesArn ?? '',
});

/** @param elsewhere functions of ours by the ARN of one that is not there */
function joinFunctions(deployed: readonly LocalFunctions[], elsewhere: ReadonlyMap<string, string>): Pick<LocalFunctions, 'find' | 'all'> {
  const find = (nameOrArn: string) => deployed.map((functions) => functions.find(nameOrArn)).find((found) => found !== undefined);
  return { find: (nameOrArn) => find(nameOrArn) ?? find(elsewhere.get(nameOrArn) ?? ''), all: deployed.flatMap(({ all }) => all) };
}

function reportUnknown(template: Template, report: (line: string) => void): void {
  const unknown = unknownResourceTypes(template);
  if (unknown.length > 0) report(`${template.deployment.stackName}: nothing here stands in for ${unknown.join(', ')}`);
}
