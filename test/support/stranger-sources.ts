// What a stranger writes into the app that `cdk init` made: the code of the pages, and a unit test of it.

const BODY = `
    const gatehouse = new Gatehouse(this, 'Gatehouse', { issuer: 'https://login.example.org' });
    const api = new RestApi(this, 'Orders');
    const routes = gatehouse.protectRestApi('Orders', api);
    routes.protect(api.root.addResource('order'), 'POST', { kind: 'http', url: 'https://backend.example.org/order' });
    routes.open(api.root.addResource('health'), 'GET', { kind: 'http', url: 'https://backend.example.org/health' });
`;

const TEST = `
test('the route asks the authorizer', () => {
  const template = Template.fromStack(new MyAppStack(new App(), 'MyTestStack'));
  template.hasResourceProperties('AWS::ApiGateway::Method', { HttpMethod: 'POST', AuthorizationType: 'CUSTOM' });
});
`;

/** Files by their path. */
export const STRANGER_SOURCES: Readonly<Record<'typescript' | 'javascript', Readonly<Record<string, string>>>> = {
  typescript: {
    'lib/my-app-stack.ts': `import * as cdk from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { Gatehouse, type GatehouseProps } from 'gatehouse';

export const props: GatehouseProps = {};

export class MyAppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);${BODY}  }
}
`,
    'test/my-app.test.ts': `import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MyAppStack } from '../lib/my-app-stack';
${TEST}`,
  },
  javascript: {
    'lib/my-app-stack.js': `const { Stack } = require('aws-cdk-lib/core');
const { RestApi } = require('aws-cdk-lib/aws-apigateway');
const { Gatehouse } = require('gatehouse');

class MyAppStack extends Stack {
  constructor(scope, id, props) {
    super(scope, id, props);${BODY}  }
}

module.exports = { MyAppStack };
`,
    'test/my-app.test.js': `const { App } = require('aws-cdk-lib/core');
const { Template } = require('aws-cdk-lib/assertions');
const { MyAppStack } = require('../lib/my-app-stack');
${TEST}`,
  },
};
