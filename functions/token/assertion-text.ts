// Assertions as they arrive: encoders put line breaks into them, or behind them.

/** Strips CR, LF, blanks and tabs: MIME (RFC 2045 section 6.8) writes base64 in lines of 76. */
export function withoutBlanks(base64: string): string {
  return base64.replace(/[\r\n\t ]/g, '');
}

/** A JWT in one line, without the line breaks around it; anything else is left as it is, for its reader to refuse (A27). */
export function withoutOuterLineBreaks(jwt: string): string {
  const [line, ...more] = jwt.split(/[\r\n]/).filter((text) => text !== '');
  return line === undefined || more.length > 0 ? jwt : line;
}
