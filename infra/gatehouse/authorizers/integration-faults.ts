// What of a client's headers gets through an integration of a REST API ("Set up data transformations in API Gateway" and
// "Choose an API Gateway API integration type" of the guide): a proxy hands on every header; any other hands on what is
// mapped, and what its templates take.

import { headerTarget, REST_SOURCES } from './backend-headers.ts';

/** The integration of one method, as the template or an OpenAPI document has it. */
export interface RestIntegrationShape {
  /** `HTTP_PROXY`, `AWS`… in capitals; undefined where there is none. */
  readonly type: unknown;
  readonly requestParameters: Readonly<Record<string, string>>;
  /** Texts of the mapping templates. */
  readonly requestTemplates: readonly string[];
}

export interface IntegrationExpectation {
  /** Name of the header that carries the end-user JWT. */
  readonly header: string;
  /** The method asks our authorizer. */
  readonly isProtected: boolean;
  /** The backend was declared to get the caller's `Authorization`. */
  readonly isForwardingAuthorization: boolean;
}

/** What cures a route, as the end of a sentence. */
const CURE = 'Use protect or open, or leave(method, reason) if its backend never reads that header.';

/** @returns what is wrong, without the name of the route */
export function findIntegrationFault(integration: RestIntegrationShape, expectation: IntegrationExpectation): string | undefined {
  const { header, isProtected } = expectation;
  switch (integration.type) {
    case 'MOCK':
      // API Gateway answers by itself; nothing gets through. Preflights are made so.
      return undefined;
    case 'HTTP_PROXY':
      return (
        jwtFault(integration.requestParameters, header, isProtected ? REST_SOURCES.jwt : REST_SOURCES.none) ??
        (expectation.isForwardingAuthorization ? undefined : authorizationFault(integration.requestParameters))
      );
    case 'HTTP':
    case 'AWS':
      return mappedFault(integration, expectation);
    case 'AWS_PROXY':
      return `a Lambda function would see the client's own ${header}. Use protect or open with a backend of kind lambda; protectMethod or openMethod with readsJwtFrom for a method that is there; or leave(method, reason) if it never reads that header.`;
    default:
      return `its integration of type ${String(integration.type)} is not known, so that nothing can be said of it. ${CURE}`;
  }
}

function jwtFault(parameters: Readonly<Record<string, string>>, header: string, source: string): string | undefined {
  if (isMapped(parameters, header, (mapped) => mapped === source)) return undefined;
  return `must map ${headerTarget(header)} to ${source}, or the client's own ${header} reaches the backend. ${CURE}`;
}

/** A route that is written by hand may say that it forwards the header by mapping it from itself. */
function authorizationFault(parameters: Readonly<Record<string, string>>): string | undefined {
  const isDecided = (mapped: string) => /^'[^']+'$/.test(mapped) || mapped === 'method.request.header.Authorization';
  if (isMapped(parameters, 'Authorization', isDecided)) return undefined;
  return (
    `must map ${headerTarget('Authorization')} to ${REST_SOURCES.none}, or the caller's token or password reaches the backend. ` +
    'Use protect or open, with forwardAuthorization: true where the backend needs it.'
  );
}

/** Nothing is handed on but what is mapped: it must not be the client's own, in the place of ours. */
function mappedFault(
  { requestParameters, requestTemplates }: RestIntegrationShape,
  expectation: IntegrationExpectation,
): string | undefined {
  const { header, isProtected } = expectation;
  const target = headerTarget(header).toLowerCase();
  const right = isProtected ? REST_SOURCES.jwt : REST_SOURCES.none;
  for (const [name, source] of Object.entries(requestParameters)) {
    if (name.toLowerCase() === target && source !== right)
      return `maps ${name} to ${source}; the end-user JWT is ${right} here, and nothing else may stand in its place. ${CURE}`;
    if (isClientHeader(source, header)) return `maps the client's own ${header} to ${name}. Take ${REST_SOURCES.jwt} in its place. ${CURE}`;
  }
  if (requestTemplates.some((template) => takesClientHeader(template, header)))
    return `its mapping template takes the client's own headers, ${header} among them. Take $${REST_SOURCES.jwt} in its place, and headers by their names. ${CURE}`;
  return undefined;
}

const isClientHeader = (source: string, header: string): boolean =>
  [`method.request.header.${header}`, `method.request.multivalueheader.${header}`].some(
    (own) => own.toLowerCase() === source.toLowerCase(),
  );

/** `$input.params()` is every header; `$input.params(name)` looks among headers too ("$input variables" of the guide). */
function takesClientHeader(template: string, header: string): boolean {
  const text = template.toLowerCase();
  const takesAll = /\$\{?input\.params\(\s*(\)|\$)/.test(text) || /\$\{?input\.params\(\s*['"]header['"]\s*\)/.test(text);
  const name = header.toLowerCase();
  return takesAll || text.includes(`params('${name}')`) || text.includes(`params("${name}")`) || text.includes(`header.${name}`);
}

/** Exactly once: of two spellings of one name, who knows which one counts. */
function isMapped(parameters: Readonly<Record<string, string>>, header: string, isRight: (source: string) => boolean): boolean {
  const target = headerTarget(header);
  const source = parameters[target];
  const mapped = Object.keys(parameters).filter((name) => name.toLowerCase() === target.toLowerCase());
  return mapped.length === 1 && source !== undefined && isRight(source);
}
