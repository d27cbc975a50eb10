// The token API behind a domain of its own, with mutual TLS.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import type { GatehouseProps } from '../../infra/gatehouse/settings.ts';
import { openApp, resourcesOf, textOf } from './support/synthesise-stack.ts';

type Domains = Pick<GatehouseProps, 'domain' | 'mutualTlsDomain'>;

function openWithDomains(choose: (all: Required<Domains>) => Domains) {
  const stack = new Stack(openApp(), 'Gatehouse');
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:123456789012:certificate/abc');
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'truststores');
  const truststore = { bucket, key: 'clients.pem', version: 'v1' };
  const gatehouse = new Gatehouse(
    stack,
    'Gatehouse',
    choose({
      domain: { name: 'login.example.com', certificate },
      mutualTlsDomain: { name: 'mtls.example.com', certificate, truststore },
    }),
  );
  return { gatehouse, template: Template.fromStack(stack) };
}

const domainNamed = (template: Template, name: string) =>
  resourcesOf(template, 'AWS::ApiGateway::DomainName').find(({ Properties }) => Properties.DomainName === name);

const tokenVariables = (template: Template): Record<string, unknown> => {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.Description === 'Gatehouse: token API.');
  assert.ok(found !== undefined);
  return (found.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
};

test('the domain is the issuer, and the only way in (A74)', () => {
  const { gatehouse, template } = openWithDomains(({ domain }) => ({ domain }));
  assert.equal(gatehouse.issuer, 'https://login.example.com');
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  const [domain] = resourcesOf(template, 'AWS::ApiGateway::DomainName');
  assert.deepEqual([domain?.Properties.DomainName, domain?.Properties.SecurityPolicy], ['login.example.com', 'TLS_1_2']);
  assert.deepEqual(domain?.Properties.EndpointConfiguration, { Types: ['REGIONAL'] });
  assert.equal(domain?.Properties.MutualTlsAuthentication, undefined);
  // No base path: the paths of the token API are right below the issuer.
  const [mapping] = resourcesOf(template, 'AWS::ApiGateway::BasePathMapping');
  assert.equal(mapping?.Properties.BasePath, undefined);
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { ISSUER: 'https://login.example.com' } } });
});

test('a second domain asks for client certificates, and the first stays open to all (A74)', () => {
  const { gatehouse, template } = openWithDomains((all) => all);
  const open = domainNamed(template, 'login.example.com');
  const mutual = domainNamed(template, 'mtls.example.com');
  assert.equal(open?.Properties.MutualTlsAuthentication, undefined);
  assert.deepEqual(mutual?.Properties.MutualTlsAuthentication, { TruststoreUri: 's3://truststores/clients.pem', TruststoreVersion: 'v1' });
  assert.equal(gatehouse.issuer, 'https://login.example.com');
  assert.equal(tokenVariables(template).MUTUAL_TLS_URL, 'https://mtls.example.com');
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  // Both lead to the one stage, with no base path.
  const mappings = resourcesOf(template, 'AWS::ApiGateway::BasePathMapping').map(({ Properties }) => Properties);
  assert.deepEqual(
    mappings.map(({ BasePath, DomainName, Stage }) => [BasePath, textOf(DomainName), textOf(Stage)]).sort(),
    [open, mutual].map((domain) => [undefined, `<${domain?.id}>`, textOf(mappings[0]?.Stage)]).sort(),
  );
  assert.match(JSON.stringify(gatehouse.mutualTlsDomainName?.domainNameAliasDomainName), /TOKEN/);
});

test('without a first domain the API’s own address stays, open to all', () => {
  const { template } = openWithDomains(({ mutualTlsDomain }) => ({ mutualTlsDomain }));
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: false });
  assert.equal(tokenVariables(template).MUTUAL_TLS_URL, 'https://mtls.example.com');
});

test('without a second no client has a certificate, and the function knows it', () => {
  assert.equal('MUTUAL_TLS_URL' in tokenVariables(openWithDomains(({ domain }) => ({ domain })).template), false);
});

test('a truststore where it once was is refused, not dropped; so is one name for both', () => {
  assert.throws(
    () => openWithDomains(({ domain, mutualTlsDomain }) => ({ domain: { ...domain, ...{ truststore: mutualTlsDomain.truststore } } })),
    /Use mutualTlsDomain/,
  );
  assert.throws(
    () => openWithDomains(({ domain, mutualTlsDomain }) => ({ domain, mutualTlsDomain: { ...mutualTlsDomain, name: domain.name } })),
    /a name of its own/,
  );
});
