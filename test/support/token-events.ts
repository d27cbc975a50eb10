// Events as API Gateway's REST API hands them to the token Lambda (payload 1.0).

import type { APIGatewayProxyEvent } from 'aws-lambda';

export interface TokenCall {
  readonly method?: string;
  readonly path: string;
  /** Sent as a form, with its media type. */
  readonly form?: Readonly<Record<string, string>> | string;
  /** A list: the header stands there that many times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A list: the parameter stands there that many times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** As it is, instead of `form`. */
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly sourceAddress?: string;
  readonly clientCertificate?: { readonly subjectDN: string; readonly clientCertPem: string };
}

export const FORM = 'application/x-www-form-urlencoded';

export function basic(user: string, password: string): { readonly Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** POST, unless the call says otherwise. */
export function tokenEvent(call: TokenCall): APIGatewayProxyEvent {
  const headers = new Map<string, readonly string[]>([['Host', ['attacker.example']]]);
  if (call.form !== undefined) headers.set('Content-Type', [FORM]);
  for (const [name, value] of Object.entries(call.headers ?? {})) headers.set(name, typeof value === 'string' ? [value] : value);
  const form = typeof call.form === 'object' ? new URLSearchParams(call.form).toString() : call.form;
  const { clientCertificate } = call;
  return {
    resource: call.path,
    path: call.path,
    httpMethod: call.method ?? 'POST',
    headers: Object.fromEntries([...headers].map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries([...headers].map(([name, values]) => [name, [...values]])),
    queryStringParameters: call.query
      ? Object.fromEntries(Object.entries(call.query).map(([name, value]) => [name, typeof value === 'string' ? value : value.at(-1)]))
      : null,
    multiValueQueryStringParameters: call.query
      ? Object.fromEntries(Object.entries(call.query).map(([name, value]) => [name, typeof value === 'string' ? [value] : [...value]]))
      : null,
    pathParameters: null,
    stageVariables: null,
    body: call.body === undefined ? (form ?? null) : call.body,
    isBase64Encoded: call.isBase64Encoded ?? false,
    requestContext: {
      accountId: '123456789012',
      apiId: 'tokenapi12',
      authorizer: null,
      httpMethod: call.method ?? 'POST',
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert:
          clientCertificate === undefined
            ? null
            : {
                ...clientCertificate,
                issuerDN: 'CN=Test CA',
                serialNumber: '01',
                validity: { notBefore: 'Jan  1 00:00:00 2026 GMT', notAfter: 'Jan  1 00:00:00 2036 GMT' },
              },
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: call.sourceAddress ?? '192.0.2.10',
        user: null,
        userAgent: 'test',
        userArn: null,
      },
      path: `/v1${call.path}`,
      protocol: 'HTTP/1.1',
      requestId: '00000000-0000-4000-8000-000000000001',
      requestTimeEpoch: 0,
      resourceId: 'abc123',
      resourcePath: call.path,
      stage: 'v1',
    },
  };
}
