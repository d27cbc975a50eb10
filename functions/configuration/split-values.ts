// Several values in one string, as some directories of people and some issuers send roles: `customer,other`.

/** The values between the separators, without blanks around them; the text itself where there is no separator. */
export function splitValues(text: string, separator: string | undefined): readonly string[] {
  if (separator === undefined) return [text];
  return text
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
