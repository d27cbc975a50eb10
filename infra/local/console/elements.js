// Elements of the page: made of text, never of markup.

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A token of a thousand characters says no more than its beginning. */
const MAX_SHOWN_CHARACTERS = 120;
const shortened = (_, value) =>
  typeof value === 'string' && value.length > MAX_SHOWN_CHARACTERS ? `${value.slice(0, 80)}… (${value.length} characters)` : value;

/** Text of a JSON value with names, strings and other values in colours. */
export function highlighted(value) {
  const parts = JSON.stringify(value, shortened, 2).split(
    /("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g,
  );
  return parts.map((part, at) => {
    if (at % 2 === 0) return part;
    const kind = part.endsWith(':') ? 'name' : part.startsWith('"') ? 'string' : 'value';
    return element('span', { className: kind, textContent: part });
  });
}

/** The value of a JSON text; undefined for what is none. */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
