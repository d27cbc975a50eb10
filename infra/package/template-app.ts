// Gatehouse as a CloudFormation template for those without CDK: what `cdk deploy` deploys, with parameters in the place of
// context, and its functions in a bucket that a parameter names.

import {
  App,
  Aws,
  CfnCondition,
  CfnParameter,
  DefaultStackSynthesizer,
  Fn,
  type IStackSynthesizer,
  Lazy,
  type Stack,
} from 'aws-cdk-lib/core';
import { GatehouseStack } from '../gatehouse-stack.ts';

/** Of the template, and of the stack unless whoever deploys it chooses another. */
export const TEMPLATE_STACK = 'Gatehouse';

/** Folder of the functions in the bucket: one for each version, so that a stack of an older one goes on. */
export const assetsFolder = (version: string): string => `gatehouse-${version}/`;

function addParameters(stack: Stack) {
  new CfnParameter(stack, 'AssetsBucket', { type: 'String', description: 'The bucket that publish.sh has copied the functions to.' });
  const issuer = new CfnParameter(stack, 'IssuerUrl', {
    type: 'String',
    default: '',
    allowedPattern: '(https://[^\\s?#]*[^\\s?#/])?',
    description: 'Public address of the token API, without a slash at its end. Empty: its own address at API Gateway.',
  });
  return {
    issuer,
    hasIssuer: new CfnCondition(stack, 'HasIssuer', { expression: Fn.conditionNot(Fn.conditionEquals(issuer.valueAsString, '')) }),
  };
}

function synthesizerOf(version: string): IStackSynthesizer {
  const synthesizer = new DefaultStackSynthesizer({
    fileAssetsBucketName: `\${AssetsBucket}`,
    bucketPrefix: assetsFolder(version),
    generateBootstrapVersionRule: false,
  });
  // The library's own types differ in a property that is undefined in the one and absent in the other.
  return synthesizer as IStackSynthesizer;
}

function build(app: App, version: string): void {
  let parameters: ReturnType<typeof addParameters> | undefined;
  const stack: GatehouseStack = new GatehouseStack(app, TEMPLATE_STACK, {
    description: `Gatehouse ${version}: OAuth 2.0 for end users in front of API Gateway.`,
    synthesizer: synthesizerOf(version),
    gatehouse: {
      prefix: Aws.STACK_NAME,
      issuer: Lazy.string({
        produce: () => {
          if (parameters === undefined) throw new Error('The parameters are missing.');
          const own = `https://${stack.gatehouse.tokenApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/prod`;
          return Fn.conditionIf(parameters.hasIssuer.logicalId, parameters.issuer.valueAsString, own).toString();
        },
      }),
    },
  });
  parameters = addParameters(stack);
}

const app = new App({ analyticsReporting: false });
build(app, String(app.node.tryGetContext('version')));
