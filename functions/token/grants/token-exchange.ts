// `urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): a service that was called with a user's token turns it into
// one for the next API.

import type { TokenExchangeDependencies } from './exchange-subject.ts';
import type { GrantVariant } from './grant-variant.ts';

export function createTokenExchange(dependencies: TokenExchangeDependencies): GrantVariant {
  return {
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    parameters: ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type'],
    // Loaded late: most deployments exchange nothing.
    redeem: async (request) => (await import('./exchange-token.ts')).exchangeToken(dependencies, request),
  };
}
