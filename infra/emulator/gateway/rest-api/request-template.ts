// The body that an integration which is no proxy makes of a request ("Set up data transformations in API Gateway" of the guide).

import { GatewayFailure } from '../gateway-failure.ts';
import { headerValue } from '../http-message.ts';
import { fillTemplate } from './plain-template.ts';
import type { CustomIntegration } from './rest-api.ts';
import type { ParameterSource } from './rest-parameters.ts';

/**
 * The template for the media type, else the body as it came, where passing it through is not forbidden.
 *
 * @throws GatewayFailure where it is
 */
export function requestBody(
  { requestTemplates, passthrough }: Pick<CustomIntegration, 'requestTemplates' | 'passthrough'>,
  source: ParameterSource,
): string {
  const type = (headerValue(source.request.headers, 'content-type') ?? 'application/json').split(';')[0]?.trim() ?? '';
  const template = requestTemplates[type];
  const body = source.request.body.toString('utf8');
  if (template !== undefined) return fillTemplate(template, source, body);
  const isPassed = passthrough === 'WHEN_NO_MATCH' || (passthrough === 'WHEN_NO_TEMPLATES' && Object.keys(requestTemplates).length === 0);
  if (!isPassed) throw new GatewayFailure('UNSUPPORTED_MEDIA_TYPE', `there is no template for ${type}`);
  return body;
}
