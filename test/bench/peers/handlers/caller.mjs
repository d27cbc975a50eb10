// What every authorizer of others has around its check: a token out of the event, and a policy for the method that is called.

export function bearerToken({ headers }) {
  const [scheme, token] = (headers?.Authorization ?? headers?.authorization ?? '').split(' ');
  if (scheme !== 'Bearer' || !token) throw new Error('Unauthorized');
  return token;
}

/** @param context what the backend is told of the caller; API Gateway takes text, numbers and booleans */
export function allow({ methodArn }, principalId, context = {}) {
  const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }];
  return { principalId, policyDocument: { Version: '2012-10-17', Statement }, context };
}
