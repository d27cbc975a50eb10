// Which function an integration or an authorizer calls.

import { TemplateError } from '../template/json.ts';

/** The ARN in a URI such as `…:lambda:path/2015-03-31/functions/<arn>/invocations`; HTTP APIs also take it bare. */
export function functionArnOf(uri: string, where: string): string {
  if (/^arn:[^:]+:lambda:[^:]*:\d*:function:/.test(uri)) return uri;
  const arn = /:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (arn === undefined) throw new TemplateError(where, `no URI of a Lambda function: ${uri}`);
  return arn;
}
