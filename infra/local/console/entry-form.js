// A form made of the JSON Schema of an entry, and back: the attributes that were typed. What is left empty is left out, so that
// its default holds.

import { element } from './elements.js';

/** Keys of items, and what is for editors. */
const NOT_SHOWN = new Set(['tenant', 'entry', 'clientId', 'username', '$schema']);

/** The objects that an entry of this kind may be: most kinds have one. */
export function variantsOf(schema) {
  return (schema.oneOf ?? schema.anyOf ?? [schema]).map((one) => ({
    label: one.properties?.type?.const ?? 'all',
    schema: one,
  }));
}

/**
 * Builds the fields of an object.
 *
 * @returns {{ node: Node, read: () => unknown }} `read` throws where what was typed is no JSON
 */
export function objectField(schema, value = {}) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, property]) => [name, fieldOf(name, property, value[name], required.has(name))]);
  const known = new Set(Object.keys(schema.properties ?? {}));
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !known.has(name)));
  return {
    node: element('div', { className: 'entry-fields' }, ...fields.map(([, { node }]) => node)),
    read: () => ({
      ...rest,
      ...Object.fromEntries(fields.map(([name, { read }]) => [name, read()]).filter(([, read]) => read !== undefined)),
    }),
  };
}

function fieldOf(name, schema, value, isRequired) {
  if (schema.const !== undefined) return constantField(name, schema, isRequired ? schema.const : value);
  if (schema.enum !== undefined) return choiceField(name, schema, value);
  if (schema.type === 'boolean') return choiceField(name, { ...schema, enum: [true, false] }, value);
  if (schema.type === 'integer' || schema.type === 'number') return textField(name, schema, value, { type: 'number', parse: Number });
  if (schema.type === 'string' || name === 'description') return textField(name, schema, value, { type: 'text', parse: (text) => text });
  if (schema.type === 'array' && schema.items?.type === 'string') return linesField(name, schema, value);
  return jsonField(name, schema, value);
}

let made = 0;

function labelled(name, schema, control) {
  made += 1;
  const note = `note-${made}`;
  control.name = name;
  control.setAttribute('aria-describedby', note);
  // What stands between backticks is code.
  const parts = (schema.description ?? '').split('`').map((part, at) => (at % 2 === 0 ? part : element('code', { textContent: part })));
  const text = element('span', { className: 'note', id: note }, ...parts);
  return element('div', { className: 'field' }, element('label', {}, element('code', { textContent: name }), ' ', control), text);
}

const defaultText = (schema) => (schema.default === undefined ? '' : String(schema.default));

function constantField(name, schema, value) {
  const control = element('input', { value: value ?? '', readOnly: value !== undefined, placeholder: String(schema.const) });
  return { node: labelled(name, schema, control), read: () => (control.value === '' ? undefined : control.value) };
}

function choiceField(name, schema, value) {
  const choices = ['', ...schema.enum];
  const control = element(
    'select',
    {},
    ...choices.map((choice, at) =>
      element('option', { value: at, textContent: choice === '' ? `(${defaultText(schema) || 'none'})` : String(choice) }),
    ),
  );
  control.value = String(Math.max(choices.indexOf(value ?? ''), 0));
  return { node: labelled(name, schema, control), read: () => (control.value === '0' ? undefined : choices[Number(control.value)]) };
}

function textField(name, schema, value, { type, parse }) {
  const isLong = type === 'text' && (schema.maxLength ?? 0) > 4096;
  const properties = { value: value ?? '', placeholder: defaultText(schema), autocomplete: 'off', spellcheck: false };
  const control = isLong ? element('textarea', { ...properties, rows: 4 }) : element('input', { ...properties, type });
  return { node: labelled(name, schema, control), read: () => (control.value === '' ? undefined : parse(control.value)) };
}

/** One text a line. */
function linesField(name, schema, value) {
  const control = element('textarea', { value: (value ?? []).join('\n'), rows: 2, placeholder: 'one a line', spellcheck: false });
  const lines = () => control.value.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  return { node: labelled(name, schema, control), read: () => (control.value.trim() === '' ? undefined : lines()) };
}

/** What is nested stays JSON: the schema says of it what it may be, and so does Plan. */
function jsonField(name, schema, value) {
  const text = value === undefined ? '' : JSON.stringify(value, null, 2);
  const control = element('textarea', {
    value: text,
    rows: Math.min(12, text.split('\n').length + 1),
    placeholder: 'JSON',
    spellcheck: false,
  });
  return {
    node: labelled(name, schema, control),
    read() {
      if (control.value.trim() === '') return undefined;
      try {
        return JSON.parse(control.value);
      } catch {
        throw new Error(`${name} is not JSON.`);
      }
    },
  };
}
