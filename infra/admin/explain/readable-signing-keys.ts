// The signing keys for a decision that is only thought through. Operators need no right to read them: a token of ours in
// the form of a JWT then can't be judged, and all else can, with keys that are made for the purpose and thrown away.

import { parseSigningKeys, type SigningKeys } from '../../../functions/own-tokens/signing-keys.ts';
import { Unavailable } from '../../../functions/shared/errors.ts';
import { makeKey } from '../../../functions/signing-keys/make-key.ts';

/** @param note is told where the keys can't be read */
export function createReadableSigningKeys(read: () => Promise<SigningKeys>, note: (text: string) => void): () => Promise<SigningKeys> {
  let opened: Promise<SigningKeys> | undefined;
  return () => {
    opened ??= read().catch((error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      note(`The signing keys can't be read with your rights (${error.reason}): whether they can sign was not looked at.`);
      return standIns(error);
    });
    return opened;
  };
}

async function standIns(cause: Unavailable): Promise<SigningKeys> {
  const kinds = (['access-token', 'end-user-jwt'] as const).flatMap((purpose) =>
    (['RS256', 'ES256', 'EdDSA'] as const).map((alg) => ({ purpose, alg, signFromSeconds: 0 })),
  );
  const keys = await Promise.all(kinds.map(makeKey));
  return {
    ...parseSigningKeys(JSON.stringify({ keys })),
    verifiers() {
      throw cause;
    },
  };
}
