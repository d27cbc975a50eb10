// The token API behind a domain of its own, with mutual TLS.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { Gatehouse } from '../../infra/gatehouse/gatehouse.ts';
import { openApp, resourcesOf } from './support/synthesise-stack.ts';

function openWithDomain(isMutual: boolean) {
  const stack = new Stack(openApp(), 'Gatehouse');
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:123456789012:certificate/abc');
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'truststores');
  const truststore = { bucket, key: 'clients.pem', version: 'v1' };
  const gatehouse = new Gatehouse(stack, 'Gatehouse', {
    domain: { name: 'login.example.com', certificate, ...(isMutual && { truststore }) },
  });
  return { gatehouse, template: Template.fromStack(stack) };
}

test('the domain is the issuer, and the only way in (A74)', () => {
  const { gatehouse, template } = openWithDomain(false);
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

test('a truststore makes it ask for client certificates', () => {
  const { template } = openWithDomain(true);
  const [domain] = resourcesOf(template, 'AWS::ApiGateway::DomainName');
  // The metadata then names tls_client_auth.
  template.hasResourceProperties('AWS::Lambda::Function', {
    Description: 'Gatehouse: token API.',
    Environment: { Variables: { MUTUAL_TLS: 'true' } },
  });
  assert.deepEqual(domain?.Properties.MutualTlsAuthentication, { TruststoreUri: 's3://truststores/clients.pem', TruststoreVersion: 'v1' });
});
