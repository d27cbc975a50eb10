// Dependencies of the sign-in and sign-out pages.

import type { SessionStore } from '../../storage/stores.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { Cookies } from './cookies.ts';

export type SignInDependencies = TokenDependencies & { readonly sessions: SessionStore; readonly cookies: Cookies };
