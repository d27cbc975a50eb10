// What is written to a terminal: text, and nothing that a terminal obeys. Names and notes in the tables were written by others,
// and a tenant's name must neither colour, move nor hide what stands on an operator's screen, nor turn its order round.

/** Controls, formats such as those that turn the direction, and the two separators that are neither. */
const OBEYED = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Such letters as `\u001b`, which inside a string of JSON is the same letter. Ends of lines and tabs stay. */
export function printable(text: string): string {
  return text.replace(OBEYED, (letter) => (letter === '\n' || letter === '\t' ? letter : escaped(letter)));
}

/** By code units, of which a letter may have two. */
function escaped(letter: string): string {
  return Array.from({ length: letter.length }, (_, at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
