// Regular expressions with properties of Unicode (`\p{…}`). For each property V8 walks through all of Unicode, and for a
// literal it does so when it reads the file, even if nothing ever uses it: a millisecond of each cold start.

/** A regular expression that is made when it is first asked for, and kept. */
export function lateExpression(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined;
  return () => {
    made ??= new RegExp(source, flags);
    return made;
  };
}
