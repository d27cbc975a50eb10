// A `REQUEST` event of a REST API as API Gateway sends it to the authorizer.

const ACCOUNT = '123456789012';

/** The call of one method of the API `orders`. */
export interface ApiCall {
  readonly apiId: string;
  readonly method: 'GET' | 'POST';
  /** Below the API's context. */
  readonly path: string;
  /** The whole header. */
  readonly authorization: string;
  /** Where the caller is. Default: always the same. */
  readonly sourceAddress?: string;
}

export function authorizerEvent({ apiId, method, path: below, authorization, sourceAddress = '198.51.100.7' }: ApiCall): object {
  const path = `/orders/1.0.0${below}`;
  const headers = { Accept: 'application/json', Authorization: authorization, Host: 'api.example.org', 'User-Agent': 'bench' };
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:us-east-1:${ACCOUNT}:${apiId}/prod/${method}${path}`,
    ...{ resource: path, path, httpMethod: method, headers },
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...{ queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: null, stageVariables: null },
    requestContext: {
      ...{ resourceId: 'abc123', resourcePath: path, httpMethod: method, path: `/prod${path}`, accountId: ACCOUNT, apiId, stage: 'prod' },
      ...{ protocol: 'HTTP/1.1', requestId: '7b1b0a1e-0000-4000-8000-000000000000' },
      identity: { sourceIp: sourceAddress, userAgent: 'bench' },
    },
  };
}
