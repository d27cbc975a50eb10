// Reads the APIs of somebody else's app one by one: one that the gateway does not know is passed over and said, and the others run.

import { TemplateError } from '../emulator/template/json.ts';
import type { Resource, Template } from '../emulator/template/read-template.ts';

const APIS: ReadonlySet<string> = new Set(['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api']);

/** The API that a resource is or belongs to; undefined: it is of none alone. */
function apiIdOf({ type, ref, properties }: Resource): unknown {
  return APIS.has(type) ? ref : (properties.RestApiId ?? properties.ApiId);
}

/**
 * @param types of an API and of its routes: an API that is imported has nothing but routes
 * @param passOver gets what is not run here, and why
 */
export function readEachApi<Api>(
  template: Template,
  types: readonly string[],
  read: (of: Template) => readonly Api[],
  passOver: (why: string) => void,
): readonly Api[] {
  const ids = new Set(types.flatMap((type) => template.resources(type).map(apiIdOf)));
  return [...ids].flatMap((id) => {
    const isOfIt = (resource: Resource): boolean => (apiIdOf(resource) ?? id) === id;
    try {
      return read({ ...template, resources: (type) => template.resources(type).filter(isOfIt) });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      passOver(`an API is not run here: ${error.message}`);
      return [];
    }
  });
}
