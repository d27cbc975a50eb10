// One authorization request on its way through the flow.

import type { SignInRecord } from '../../storage/sign-in-places.ts';
import type { SignInSession } from '../../storage/sign-in-session.ts';
import type { HttpRequest } from '../http-request.ts';
import type { RequestTrace } from '../request-trace.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Page } from './page-answer.ts';
import type { PageContext } from './pages/layout.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** One request on its way: what was asked, by which browser, in which language. */
export interface AuthorizationCase {
  readonly dependencies: SignInDependencies;
  readonly http: HttpRequest;
  readonly trace: RequestTrace;
  readonly nowSeconds: number;
  readonly page: Page;
  readonly request: AuthorizationRequest;
  readonly context: PageContext;
}

/** Session that the browser has, and what is to be written and set where a sign-in began it or renewed it. */
export interface SignedIn {
  readonly session: SignInSession;
  /** Begun or renewed by this very request. */
  readonly begun?: Begun;
}

interface Begun {
  /** Value of the session's cookie; it is stored nowhere. */
  readonly cookie: string;
  /** What the login leaves behind. */
  readonly signIn: SignInRecord | undefined;
  /** The session that this browser had before: it goes on, or it ends. */
  readonly before?: SignInSession;
  /** The session goes on, and is written already. */
  readonly isStored: boolean;
}
