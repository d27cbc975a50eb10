// The contract of a hash format: one way in which a password may be stored.

/** A password hash that is readable: how it is checked, and whether it is what we would write today. */
export interface StoredHash {
  readonly isCurrent: boolean;
  verify(password: string): Promise<boolean>;
}

/** One format. Undefined: not mine. Throws nothing: a hash of mine that is malformed or too costly is `unreadable`. */
export type HashFormat = (stored: string) => StoredHash | 'unreadable' | undefined;
