// Tells the CloudFormation type of a construct by its name: an app may have a copy of aws-cdk-lib beside ours, of whose
// classes no resource is an `instanceof`, and a check that looked at none would pass.

import { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

interface ResourceClass<T extends CfnResource> {
  readonly CFN_RESOURCE_TYPE_NAME: string;
  new (...args: never[]): T;
}

export function hasResourceType<T extends CfnResource>(construct: IConstruct | undefined, type: ResourceClass<T>): construct is T {
  return construct !== undefined && CfnResource.isCfnResource(construct) && construct.cfnResourceType === type.CFN_RESOURCE_TYPE_NAME;
}
