// The conformance table: each row is a MUST of an RFC with the test that proves it, or the reason why not.

import { RFC_7521, RFC_7523 } from './assertions.ts';
import { RFC_6749_AUTHORIZATION } from './authorization-endpoint.ts';
import { RFC_6750 } from './bearer-tokens.ts';
import { RFC_9700 } from './best-current-practice.ts';
import { CLIENT_DOCUMENTS } from './client-documents.ts';
import { RFC_7517, RFC_7519, RFC_8725 } from './jose.ts';
import { RFC_9068 } from './jwt-access-tokens.ts';
import { RFC_6749 } from './oauth-framework.ts';
import { RFC_6749_SECURITY } from './oauth-security.ts';
import { RFC_9728 } from './protected-resource-metadata.ts';
import { RFC_8707 } from './resource-indicators.ts';
import { RFC_7009, RFC_7662 } from './revocation-and-introspection.ts';
import type { Row } from './row.ts';
import { RFC_7522 } from './saml-assertions.ts';
import { RFC_8414 } from './server-metadata.ts';
import { RFC_8693 } from './token-exchange.ts';

/** Rows of all RFCs. */
export const CONFORMANCE_TABLE: readonly Row[] = [
  RFC_6749,
  RFC_6749_AUTHORIZATION,
  RFC_6749_SECURITY,
  RFC_6750,
  RFC_7009,
  RFC_7517,
  RFC_7519,
  RFC_7521,
  RFC_7522,
  RFC_7523,
  RFC_7662,
  RFC_8414,
  RFC_8693,
  RFC_8707,
  RFC_8725,
  RFC_9068,
  RFC_9700,
  RFC_9728,
  CLIENT_DOCUMENTS,
].flat();
