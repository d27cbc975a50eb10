// The rows of RFC 8707 (resource indicators): the parameter `resource` at both endpoints, and what comes of it.

import { DUTY_OF_THE_CLIENT } from './reasons.ts';
import { type Row, rowsOf } from './row.ts';

const TOKENS = 'attacks/tokens-for-resources.test.ts';
const ASKED = 'A139 a token is for the resources that were asked for, in every spelling of their host';
const REFUSED = 'A139 an unknown resource, or one that is not for this client, is invalid_target before the password is looked at';
const CODE = 'A140 a code is for the resources of its request, and can be redeemed for fewer';
const RENEWAL = 'A140 a renewal narrows the resources of the grant, and never widens them';

export const RFC_8707: readonly Row[] = rowsOf('RFC 8707', [
  ['2', '`resource` MUST be an absolute URI', TOKENS, REFUSED],
  ['2', 'It MUST NOT include a fragment', TOKENS, REFUSED],
  ['2', 'It SHOULD NOT include a query: none of ours has one', TOKENS, REFUSED],
  ['2', 'The client SHOULD use the base URI of the API', DUTY_OF_THE_CLIENT],
  ['2', 'It MAY be sent several times: the token is for all of them', TOKENS, ASKED],
  ['2', 'One that is invalid, unknown or malformed SHOULD be invalid_target', TOKENS, REFUSED],
  ['2', 'The audience of the token SHOULD be restricted to what was asked for', TOKENS, ASKED],
  ['2.1', 'At the authorization endpoint it counts for all tokens of the grant', TOKENS, CODE],
  ['2.2', 'A redemption of a code SHOULD be for what the code was issued for, or for a part of it', TOKENS, CODE],
  ['2.2', 'A renewal SHOULD be for what the grant was made for, or for a part of it', TOKENS, RENEWAL],
]);
