// bcrypt, as other systems store it: `$2b$12$…`. Read only. The library is plain JavaScript and loaded when first needed.

import type { HashFormat } from './hash-format.ts';

const BCRYPT = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{53}$/;
/** 2^14 rounds are seconds of a function's time already. */
const MAX_COST = 14;
/** bcrypt looks at no more, and would take all longer passwords that begin alike for one (A08, A09). */
const MAX_PASSWORD_BYTES = 72;

export const bcrypt: HashFormat = (stored) => {
  if (!stored.startsWith('$2')) return undefined;
  const cost = Number(BCRYPT.exec(stored)?.[1]);
  if (!(cost >= 4 && cost <= MAX_COST)) return 'unreadable';
  return {
    isCurrent: false,
    async verify(password) {
      // C implementations stop at a NUL.
      if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES || password.includes('\u0000')) return false;
      const { compare } = await import('bcryptjs');
      return compare(password, stored);
    },
  };
};
