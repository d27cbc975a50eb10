// The rows of RFC 9728 (protected resource metadata): the document of an API, where it is, and the challenge that leads there.

import { DUTY_OF_SPECIFICATIONS, DUTY_OF_THE_CLIENT, TLS_BY_API_GATEWAY } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const FLOW = 'flows/discovery.ts';
const STEP_UP = 'from the URL to a call by the challenge, and from 403 to 200 by the scope that it names';
const WELL_KNOWN = 'on a custom domain the document is at the well-known path; below the stage there is none, and the challenge says it';
const HTTP_API = 'an HTTP API has its document by the token function, and no challenge';
const PUBLIC = 'a page of any origin may read the document, with a header of its own too';
const TEMPLATE = 'infra/discovery.test.ts';
const ONE_VALUE = "at the stage's own address: challenge, document and entry name it, from one value";
const DOMAIN = 'on a custom domain the document is where RFC 9728 puts it, below a base path in front of the path of the API';
const REFUSED = 'what can not work is refused with what to do';
const TEXT = 'nothing in the document is more than text to a mapping template, and every browser page may read it';
const ENTRY = 'functions/token/protected-resource.test.ts';
const DESCRIBED = 'the document says the resource, its issuer and what the entry describes';
const ABSENT = 'the issuer is the one of the entry, else the tenant’s own, else that of the deployment';
const NONE = 'no document for another API, stage, path or route, an entry that is wrong or says nothing, and for what two claim';
const METHODS = 'HEAD has no body, OPTIONS is a preflight, other methods are told which there are, and an outage is no 404';
const TOKENS = 'attacks/tokens-for-resources.test.ts';
const ASKED = 'A139 a token is for the resources that were asked for, in every spelling of their host';
const NOT_SIGNED = 'Not applicable: the document is not signed, and nothing asks for it: it comes by TLS from the API itself.';
const NO_KEYS = 'Not applicable: the API signs nothing of its own that a client verifies, so that it names neither keys nor algorithms.';

export const RFC_9728: readonly Row[] = rowsOf('RFC 9728', [
  ['1.2', 'A resource identifier is an https URL without a fragment', TEMPLATE, REFUSED],
  [
    '1.2',
    'It SHOULD NOT have a query',
    TOKENS,
    'A139 an unknown resource, or one that is not for this client, is invalid_target before the password is looked at',
  ],
  ['2', '`resource` is REQUIRED', TEMPLATE, ONE_VALUE],
  ['2', '`resource` is REQUIRED: HTTP APIs', ENTRY, DESCRIBED],
  ['2', '`authorization_servers` names issuers, whose metadata a client can find', FLOW, STEP_UP],
  ['2', '`scopes_supported` is RECOMMENDED', TEMPLATE, ONE_VALUE],
  ['2', '`bearer_methods_supported` names what works: the header', ENTRY, DESCRIBED],
  ['2', '`resource_name` is RECOMMENDED', ENTRY, DESCRIBED],
  ['2', '`jwks_uri`: signing keys MUST be of use there', NO_KEYS],
  ['2', '`resource_signing_alg_values_supported`: `none` MUST NOT be used', NO_KEYS],
  ['2.1', 'Human-readable values may have any letters', TEMPLATE, TEXT],
  ['2.2', 'Signed metadata MUST be signed, and MUST have `iss`', NOT_SIGNED],
  ['2.2', 'What is signed MUST come before what is not', DUTY_OF_THE_CLIENT],
  ['3', 'The document MUST be at the well-known path between host and path: custom domain', FLOW, WELL_KNOWN],
  ['3', 'The same, in the template', TEMPLATE, DOMAIN],
  ['3', 'The same: HTTP API', FLOW, HTTP_API],
  [
    '3',
    'The same, at the address of a stage and below a base path',
    'Not met where the root of the API has a path of its own: API Gateway answers nothing above it. The challenge leads to the document (section 5.1), which HTTP APIs have not.',
  ],
  ['3', 'The document MUST be served by https', TLS_BY_API_GATEWAY],
  ['3', 'The well-known suffix MUST be registered, or an application names its own', DUTY_OF_SPECIFICATIONS],
  ['3.1', 'The document MUST be asked for by GET', ENTRY, METHODS],
  ['3.1', 'A slash at the end of the host MUST be taken away first: no URI of ours has one', TEMPLATE, REFUSED],
  ['3.2', 'The answer MUST be 200 and application/json', FLOW, STEP_UP],
  ['3.2', 'The answer MUST be 200 and application/json: HTTP APIs', FLOW, HTTP_API],
  ['3.2', 'Members without values MUST be left out', ENTRY, ABSENT],
  ['3.2', 'An error has its HTTP status', ENTRY, NONE],
  ['3.3', '`resource` MUST be what the client called, where the challenge led to the document', FLOW, STEP_UP],
  ['3.3', '`resource` MUST be that into which the well-known path was put', TEMPLATE, DOMAIN],
  ['3.3', 'A document of another resource MUST NOT be used', DUTY_OF_THE_CLIENT],
  ['3.3', 'An operator is told where they differ', 'infra/admin/cross-checks.test.ts', 'a resource of which the document is not'],
  ['4', '`protected_resources` of the issuer', 'functions/token/metadata.test.ts', 'the APIs that it gives tokens for'],
  ['5.1', '`resource_metadata` in the challenge of 401 is the URL of the document', FLOW, STEP_UP],
  ['5.1', 'It stands with `scope` of RFC 6750 in one challenge', TEMPLATE, ONE_VALUE],
  ['5.1', 'In the challenge of 403 too, where a scope is missing', FLOW, STEP_UP],
  ['5.2', 'A client SHOULD read the document again when it is told to', DUTY_OF_THE_CLIENT],
  ['6', 'Strings MUST be compared by code points, without normalization', TOKENS, ASKED],
  ['7.1', 'TLS MUST be used', TLS_BY_API_GATEWAY],
  ['7.3', 'The client MUST check the certificate and the resource', DUTY_OF_THE_CLIENT],
  ['7.4', 'Access tokens SHOULD be for one resource alone (RFC 8707)', FLOW, STEP_UP],
  ['7.7', 'The client SHOULD guard against requests to places inside (SSRF)', DUTY_OF_THE_CLIENT],
  ['7.10', 'The answer SHOULD say for how long it may be kept', FLOW, PUBLIC],
]);
