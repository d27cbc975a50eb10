// What the pages work with.

import type { SessionStore } from '../../storage/stores.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { Cookies } from './cookies.ts';

export type SignInDependencies = TokenDependencies & { readonly sessions: SessionStore; readonly cookies: Cookies };
