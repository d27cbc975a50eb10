// Text of others in a report: what a directory, a service, a certificate or the network says. It is marked when it comes in, so
// that secrets can be taken out of it, and of it alone, before anybody reads it: a weak password may be one of our own words.

const BEGIN = '\u0002';
const END = '\u0003';
const MAX_CHARACTERS = 400;
/** Control and format characters, and halves of characters: a terminal obeys some. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** The text on one line. */
export const lineOf = (text: string): string => text.replaceAll(BEGIN, '').replaceAll(END, '').replace(OBEYED, ' ').trim();

/** One line of it, marked. */
export function quote(text: string): string {
  const line = lineOf(text);
  return line === '' ? '' : `${BEGIN}${line}${END}`;
}

/** The text without marks: what was quoted is changed and cut, and nothing is left in any of it that a terminal obeys. */
export function unquote(text: string, change: (quoted: string) => string): string {
  return text.replace(QUOTED, (_, inner: string) => cut(change(inner))).replace(OBEYED, ' ');
}

const QUOTED = new RegExp(`${BEGIN}([^${BEGIN}${END}]*)${END}`, 'g');

const cut = (text: string): string => (text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`);
