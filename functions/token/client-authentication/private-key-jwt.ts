// `private_key_jwt`: the client signs an assertion with a key of its own (RFC 7523 section 2.2, OpenID Connect Core section 9).
// What a request presents by it is read by `client-assertion.ts`, which is loaded when one does.

import { ASYMMETRIC_ALGORITHMS } from '../../keys/algorithms.ts';
import { lazy } from '../../shared/lazy.ts';
import type { ClientAssertionDependencies } from './client-assertion.ts';
import type { ClientAuthentication } from './client-authentication.ts';

const loadClientAssertion = lazy(() => import('./client-assertion.ts'));

export function createPrivateKeyJwt(dependencies: ClientAssertionDependencies): ClientAuthentication {
  return {
    name: 'private_key_jwt',
    metadata: { signing_alg_values_supported: ASYMMETRIC_ALGORITHMS },
    async find({ parameters }) {
      if (!parameters.has('client_assertion') && !parameters.has('client_assertion_type')) return undefined;
      return (await loadClientAssertion()).presentClientAssertion(dependencies, parameters);
    },
  };
}
