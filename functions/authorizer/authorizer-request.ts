// The request model of the authorizer, whichever of the five shapes of event API Gateway sent. What API
// Gateway says of the connection is believed; what the client says, headers that claim to know better included, is not
// (A73, A74).

import type { Authorization } from './events/authorization-header.ts';
import type { ClientCertificate } from './events/client-certificate.ts';
import type { Fields } from './events/event-fields.ts';
import type { RequestedPath } from './events/requested-path.ts';

export type { ClientCertificate } from './events/client-certificate.ts';

type EventKind = 'rest-request' | 'rest-token' | 'http-1' | 'http-2' | 'websocket';

export interface AuthorizerRequest {
  readonly kind: EventKind;
  /** Empty where API Gateway does not say. */
  readonly requestId: string;
  /** What the policy is about: of API Gateway's making, but with the client's path in it. */
  readonly arn: string;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly path: RequestedPath;
  readonly authorization: Authorization;
  readonly clientCertificate?: ClientCertificate;
  /** Empty where API Gateway does not say. */
  readonly sourceAddress: string;
  /** The event itself, for functions that a tenant names as handlers. */
  readonly event: Fields;
}
