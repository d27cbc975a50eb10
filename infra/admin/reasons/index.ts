// Every reason that the functions can give, explained: a word of `functions/shared/reasons/` without an explanation does
// not compile. infra/admin/REASONS.md is made from it (`npm run reasons`).

import type { Reason } from '../../../functions/shared/reasons/index.ts';
import { ISSUER_FAULTS, JWT_ASSERTION_FAULTS, SAML_ASSERTION_FAULTS } from './assertions.ts';
import { CREDENTIAL_REFUSALS, DECISIONS } from './authorizer.ts';
import { CLIENT_REFUSALS, UNAUTHORIZED_CLIENTS } from './clients.ts';
import type { Explained, ReasonArea } from './explanation.ts';
import { GRANT_REFUSALS, TOKEN_FAULTS } from './grants.ts';
import {
  AWS_OUTAGES,
  CLIENT_DOCUMENT_OUTAGES,
  HANDLER_OUTAGES,
  KEY_SET_OUTAGES,
  MALFORMED_STATE,
  OUTBOUND_FAULTS,
  PLATFORM_OUTAGES,
  SERVER_FAULTS,
} from './outages.ts';
import { INSUFFICIENT_SCOPE, REQUEST_FAULTS, RESOURCE_FAULTS, SCOPE_FAULTS, UNKNOWN_GRANT_TYPE } from './requests.ts';
import { SIGN_IN_FAULTS } from './sign-in.ts';
import { USER_REFUSALS } from './users.ts';
import { STORE_OUTAGES } from './userstores.ts';

const REQUESTS = { ...REQUEST_FAULTS, ...SCOPE_FAULTS, ...RESOURCE_FAULTS, ...INSUFFICIENT_SCOPE, ...UNKNOWN_GRANT_TYPE };
const CLIENTS = { ...CLIENT_REFUSALS, ...UNAUTHORIZED_CLIENTS };
const GRANTS = { ...GRANT_REFUSALS, ...TOKEN_FAULTS };
const ASSERTIONS = { ...JWT_ASSERTION_FAULTS, ...SAML_ASSERTION_FAULTS, ...ISSUER_FAULTS };
const OUTAGES = {
  ...OUTBOUND_FAULTS,
  ...AWS_OUTAGES,
  ...PLATFORM_OUTAGES,
  ...MALFORMED_STATE,
  ...HANDLER_OUTAGES,
  ...KEY_SET_OUTAGES,
  ...CLIENT_DOCUMENT_OUTAGES,
  ...SERVER_FAULTS,
};

/** By the word that stands in the log. */
export const REASONS: Explained<Reason> = {
  ...REQUESTS,
  ...CLIENTS,
  ...USER_REFUSALS,
  ...GRANTS,
  ...ASSERTIONS,
  ...SIGN_IN_FAULTS,
  ...DECISIONS,
  ...CREDENTIAL_REFUSALS,
  ...OUTAGES,
  ...STORE_OUTAGES,
};

/** Each reason stands in one of them. */
export const REASON_AREAS: readonly ReasonArea[] = [
  {
    title: 'Requests that are not well formed',
    introduction:
      'The token API answers `invalid_request`, `invalid_scope`, `invalid_target`, `unsupported_grant_type` or `insufficient_scope`, and says in `error_description` what is wrong.',
    reasons: REQUESTS,
  },
  {
    title: 'Clients',
    introduction: 'The token API answers `invalid_client` (401) or `unauthorized_client` (400), with one description for all of them.',
    reasons: CLIENTS,
  },
  {
    title: 'Users',
    introduction:
      'The token API answers `invalid_grant` (400) with one and the same body for all of them, an API 401, and the introspection endpoint `{"active":false}`.',
    reasons: USER_REFUSALS,
  },
  {
    title: 'Tokens and grants',
    introduction:
      'The token API answers `invalid_grant` or `invalid_token`, the introspection endpoint `{"active":false}` (the word stands under `inactive` in the log), an API 401.',
    reasons: GRANTS,
  },
  {
    title: 'The sign-in page',
    introduction:
      'What can’t be answered safely is a page; everything else goes back to the application as `error`. Codes are refused by the token endpoint with `invalid_grant`.',
    reasons: SIGN_IN_FAULTS,
  },
  {
    title: 'Assertions and issuers',
    introduction:
      'The token API answers `invalid_grant` (400), an API 401. `description` of the log line has what WSO2 says in the same case.',
    reasons: ASSERTIONS,
  },
  {
    title: 'Decisions at an API',
    introduction: 'The log line `authorizer` has them: 200 of the backend, 403 with `code`, or 429.',
    reasons: DECISIONS,
  },
  {
    title: 'Credentials at an API',
    introduction: 'An API answers 401, and does not say which of these it was.',
    reasons: CREDENTIAL_REFUSALS,
  },
  {
    title: 'Outages',
    introduction:
      'The token API answers 503 with Retry-After (500 where Gatehouse itself is at fault, 424 where it is the document or the keys of a client that nobody registered), an API 500. `dependency` of the log line says what did not answer.',
    reasons: OUTAGES,
  },
  {
    title: 'Userstores that do not answer',
    introduction:
      'The token API answers 503 with Retry-After, an API 500. `dependency` of the log line names store and tenant; `gatehouse userstore doctor TENANT DOMAIN` finds the step that fails, and says it in the words of the other side.',
    reasons: STORE_OUTAGES,
  },
];
