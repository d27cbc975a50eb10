// The name that a client gives itself, as it may be shown: nobody has looked at it before (A138).

const MAX_CHARACTERS = 60;

/** What ends a line. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Controls of writing direction, and what can't be seen: with them a name could rewrite the text around it. */
const UNSEEN = /[\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{DI}]/gu;
/** Marks that stand on one another can cover the lines above and below. */
const MANY_MARKS = /(\p{M}{3})\p{M}+/gu;

/** A short line of visible text; undefined where nothing is left of it. */
export function shownName(name: string | undefined): string | undefined {
  const seen = (name ?? '').replace(BREAKS, ' ').replace(UNSEEN, '').replace(MANY_MARKS, '$1').replace(/\s+/gu, ' ').trim();
  if (seen === '') return undefined;
  const characters = [...seen];
  return characters.length <= MAX_CHARACTERS ? seen : `${characters.slice(0, MAX_CHARACTERS).join('')}…`;
}
