// The function URLs of the template.

import type { Listener } from '../gateway/listen.ts';
import { requireText } from '../template/json.ts';
import type { Template } from '../template/read-template.ts';
import { openFunctionUrl } from './function-url.ts';
import type { LocalFunctions } from './read-functions.ts';

/** Opens the URLs of functions and tells the template where they are. */
export async function openFunctionUrls(
  template: Template,
  functions: Pick<LocalFunctions, 'find'>,
  report: (line: string) => void,
  passOver?: (logicalId: string, why: string) => void,
): Promise<readonly Listener[]> {
  const opened = await Promise.all(
    template.resources('AWS::Lambda::Url').map(async ({ logicalId, properties }) => {
      const arn = requireText(properties.TargetFunctionArn, logicalId);
      const handler = functions.find(arn);
      if (handler === undefined && passOver !== undefined) return passOver(logicalId, `${logicalId}: its function is not run here`);
      if (handler === undefined) throw new Error(`${logicalId}: there is no function ${arn}`);
      const listener = await openFunctionUrl(handler, template.deployment, report);
      template.learn(logicalId, {
        ref: handler.arn,
        attributes: { FunctionUrl: `http://127.0.0.1:${listener.port}/`, FunctionArn: handler.arn },
      });
      return listener;
    }),
  );
  return opened.filter((listener) => listener !== undefined);
}
