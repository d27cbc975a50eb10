// Control characters (C0, DEL and C1), for regular expressions that a cold start makes.

/** What stands between the brackets of a class. `\p{Cc}` says the same, and takes long to make (`late-expression.ts`). */
export const CONTROL_CHARACTERS = String.raw`\x00-\x1f\x7f-\x9f`;
