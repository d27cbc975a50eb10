// The functions that speak to userstores, inside a VPC: for directories behind a firewall. What they need of AWS they
// reach by endpoints, so that the VPC needs no way to the internet but for stores and issuers that are there.

import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { FunctionPlacement } from './open-function.ts';

export interface GatehouseVpc {
  readonly vpc: IVpc;
  /** Default: the private subnets that have a way out, else any private ones. */
  readonly subnets?: SubnetSelection;
  /** Of the functions; directories let these in. Default: one that may call out to anywhere, and takes no call. */
  readonly securityGroup?: ISecurityGroup;
  /**
   * Makes the endpoints that the functions need: DynamoDB (free), Secrets Manager, and Lambda where tenants have
   * functions (both by the hour and zone). False: the VPC has them, or a NAT gateway. Default: true.
   */
  readonly endpoints?: boolean;
}

/** @param callsFunctions whether functions of tenants are called */
export function openPlacement(scope: Construct, settings: GatehouseVpc, callsFunctions: boolean): FunctionPlacement {
  const { vpc, subnets } = settings;
  const securityGroup =
    settings.securityGroup ??
    new SecurityGroup(scope, 'FunctionsSecurityGroup', {
      vpc,
      description: 'Functions of Gatehouse that speak to userstores.',
      allowAllOutbound: true,
    });
  if (settings.endpoints !== false) addEndpoints(scope, settings, securityGroup, callsFunctions);
  return { vpc, securityGroups: [securityGroup], ...(subnets !== undefined && { subnets }) };
}

function addEndpoints(scope: Construct, { vpc, subnets }: GatehouseVpc, functions: ISecurityGroup, callsFunctions: boolean): void {
  vpc.addGatewayEndpoint('GatehouseDynamoDb', {
    service: GatewayVpcEndpointAwsService.DYNAMODB,
    ...(subnets !== undefined && { subnets: [subnets] }),
  });
  const securityGroup = new SecurityGroup(scope, 'EndpointsSecurityGroup', {
    vpc,
    description: 'Endpoints of AWS for the functions of Gatehouse.',
    allowAllOutbound: false,
  });
  securityGroup.connections.allowFrom(functions, Port.tcp(443), 'Functions of Gatehouse');
  const services = {
    SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    ...(callsFunctions && { Lambda: InterfaceVpcEndpointAwsService.LAMBDA }),
  };
  for (const [name, service] of Object.entries(services))
    new InterfaceVpcEndpoint(scope, `${name}Endpoint`, {
      vpc,
      service,
      open: false,
      securityGroups: [securityGroup],
      ...(subnets !== undefined && { subnets }),
    });
}
