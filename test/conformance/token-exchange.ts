// The rows of RFC 8693 (token exchange): the request, the answer, and the claim `act`.

import { type Row, rowsOf } from './row.ts';

const EXCHANGE = 'attacks/token-exchange.test.ts';
const ANSWER = 'a user’s token becomes one for the next API: it says who acts, and is an access token like any other';
const NOT_LIVE = 'A141 what is no live access token of a user is exchanged for nothing';
const WIDER = 'A142 scope, lifetime and resource are never wider than those of the subject, the client and the API';
const CHAIN = 'A144 at most four act, and the chain is shown in order';

export const RFC_8693: readonly Row[] = rowsOf('RFC 8693', [
  ['2.1', '`subject_token` and `subject_token_type` are REQUIRED', EXCHANGE, NOT_LIVE],
  ['2.1', '`actor_token_type` is REQUIRED with `actor_token`', EXCHANGE, NOT_LIVE],
  ['2.1', 'The subject token MUST be validated as its type asks for', EXCHANGE, NOT_LIVE],
  ['2.2.1', '`issued_token_type` is REQUIRED', EXCHANGE, ANSWER],
  ['2.2.1', '`scope` is REQUIRED where it is not what was asked', EXCHANGE, WIDER],
  ['2.2.2', 'A token that is not good MUST be invalid_request', EXCHANGE, NOT_LIVE],
  ['2.2.2', 'A resource that can’t be served SHOULD be invalid_target', EXCHANGE, WIDER],
  ['4.1', '`act` is a JSON object whose members say who acts', EXCHANGE, ANSWER],
  ['4.1', 'Nested, the outermost is the present actor', EXCHANGE, CHAIN],
]);
