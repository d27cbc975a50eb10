// The operator's page: entries in forms made of their JSON Schemas, decisions explained, stores examined, sessions ended. It
// runs the commands of the command line, on this local run alone, and shows each of them.

import { confirmed, run, runAndSay, say } from './commands.js';
import { element, parsed } from './elements.js';
import { objectField, variantsOf } from './entry-form.js';
import { once } from './once.js';

const $ = (id) => document.getElementById(id);
const schemas = await (await fetch('/_gatehouse/schemas.json')).json();

/** Kinds in the order in which a tenant needs them, with the attribute or key that names an entry. */
const KINDS = ['tenant', 'userstore', 'issuer', 'role', 'scope', 'api', 'tier', 'handler', 'client', 'user'];

let entries = [];
let form;

const kindOf = (entry) => (entry.clientId !== undefined ? 'client' : entry.username !== undefined ? 'user' : entry.entry.split('#')[0]);
const nameOf = (entry) => entry.clientId ?? entry.username ?? entry.entry.slice(entry.entry.indexOf('#') + 1);
const tenantName = () => $('new-tenant').value.trim() || $('tenant').value;

function options(select, labels) {
  select.replaceChildren(...labels.map((label, at) => element('option', { value: at, textContent: label })));
}

async function loadTenants() {
  const answer = await run(['tenant', 'list', '--json'], { quietly: true });
  const tenants = parsed(answer?.result) ?? [];
  const names = tenants.map((tenant) => (typeof tenant === 'string' ? tenant : tenant.tenant));
  const before = $('tenant').value;
  $('tenant').replaceChildren(...names.map((name) => element('option', { value: name, textContent: name })));
  if (names.includes(before)) $('tenant').value = before;
}

async function loadEntries() {
  const name = tenantName();
  const isNew = $('new-tenant').value.trim() !== '';
  const answer = isNew ? undefined : await run(['export', name, '--json'], { quietly: true });
  entries = parsed(answer?.result)?.entries ?? [];
  const labels = entries.map((entry) => `${kindOf(entry)} ${kindOf(entry) === 'tenant' ? '' : nameOf(entry)}`.trim());
  options($('entry'), [...labels, ...KINDS.filter((kind) => kind !== 'tenant' || isNew).map((kind) => `new ${kind}`)]);
  const clients = entries.filter((entry) => kindOf(entry) === 'client').map(nameOf);
  $('explain-client').replaceChildren(...clients.map((id) => element('option', { value: id, textContent: id })));
  const stores = entries.filter((entry) => kindOf(entry) === 'userstore').map(nameOf);
  $('doctor-store').replaceChildren(...stores.map((domain) => element('option', { value: domain, textContent: domain })));
  $('doctor').disabled = stores.length === 0;
  chooseEntry();
}

/** The entry that is chosen; a new one has nothing but its kind. */
function chosen() {
  const stored = entries[Number($('entry').value)];
  if (stored !== undefined) return { kind: kindOf(stored), stored };
  return { kind: $('entry').selectedOptions[0]?.textContent.slice('new '.length) ?? 'tenant', stored: undefined };
}

function chooseEntry() {
  const { kind, stored } = chosen();
  const variants = variantsOf(schemas[kind]);
  options(
    $('variant'),
    variants.map(({ label }) => label),
  );
  const at = variants.findIndex(({ label }) => label === stored?.type);
  $('variant').value = String(Math.max(at, 0));
  $('variant').disabled = variants.length < 2 || stored !== undefined;
  $('delete').disabled = stored === undefined || kind === 'tenant';
  showForm();
}

function showForm() {
  const { kind, stored } = chosen();
  const { schema } = variantsOf(schemas[kind])[Number($('variant').value)];
  const named = stored === undefined && kind !== 'tenant' ? nameField(kind) : undefined;
  form = { kind, stored, named, fields: objectField(schema, stored) };
  $('entry-fields').replaceChildren(...(named === undefined ? [] : [named.node]), form.fields.node);
}

const KEY_NAMES = { client: 'clientId', user: 'username', userstore: 'domain' };

function nameField(kind) {
  const control = element('input', { name: 'entry-name', required: true, autocomplete: 'off', spellcheck: false });
  const label = element('label', {}, element('code', { textContent: KEY_NAMES[kind] ?? 'name' }), ' ', control);
  return { node: element('div', { className: 'field' }, label), read: () => control.value.trim() };
}

/** The entry as a folder has it: its key, and what was typed. */
function typedEntry() {
  const { kind, stored, named, fields } = form;
  const tenant = tenantName();
  const attributes = fields.read();
  const name = stored === undefined ? named?.read() : nameOf(stored);
  if (kind === 'tenant') return { tenant, entry: 'tenant', ...attributes };
  if (kind === 'client') return { ...attributes, clientId: name, tenant };
  if (kind === 'user') return { tenant, username: name, ...attributes };
  return { tenant, entry: `${kind}#${name}`, ...attributes };
}

async function changeEntry(verb) {
  let entry;
  try {
    entry = typedEntry();
  } catch (error) {
    return say(error.message, 'bad');
  }
  if (verb === 'plan') return runAndSay(['plan'], { entry }, { done: 'This is what Apply would write. Nothing is written yet.' });
  const done = 'Written. Functions read it within 10 seconds.';
  if ((await runAndSay(['apply', '--yes'], { entry }, { done })) === undefined) return;
  $('new-tenant').value = '';
  await loadTenants();
  $('tenant').value = entry.tenant;
  await loadEntries();
}

async function deleteEntry() {
  const { kind, stored } = form;
  const words = kind === 'client' ? [nameOf(stored)] : [tenantName(), nameOf(stored)];
  if (!(await confirmed(`Delete ${kind} ${nameOf(stored)} of ${tenantName()}?`))) return say('Nothing was deleted.');
  if ((await runAndSay([kind, 'delete', ...words, '--yes'], {}, { done: 'Deleted.' })) !== undefined) await loadEntries();
}

async function explain() {
  const user = $('explain-user').value.trim();
  const words = ['explain', '--client', $('explain-client').value, ...(user === '' ? [] : ['--user', user])];
  const answer = await runAndSay([...words, '--resource', $('explain-resource').value], {}, { done: 'It would be let in.' });
  // It was explained either way: the first line says what the answer would be.
  if (answer !== undefined && !/^200\b/.test(answer.result)) say('It would not be let in: the answer says why, and what to change.', 'bad');
}

function examine() {
  const user = $('doctor-user').value.trim();
  const words = ['userstore', 'doctor', tenantName(), $('doctor-store').value, ...(user === '' ? [] : ['--user', user])];
  return runAndSay(words, {}, { done: 'The store is well.', refused: 'A step failed: the answer says which, and the remedy.' });
}

const userName = () => $('sessions-user').value.trim();
const showSessions = () => runAndSay(['sessions', userName()], {}, { done: 'This is what the user has open.' });

async function revokeUser() {
  if (userName() === '') return say('Whose?', 'bad');
  if (!(await confirmed(`End all that ${userName()} has open?`))) return say('Nothing was ended.');
  return runAndSay(['revoke', 'user', userName(), '--yes'], {}, { done: 'Ended. The gateway may know an answer for a minute.' });
}

$('tenant').addEventListener('change', once(loadEntries));
$('new-tenant').addEventListener('change', once(loadEntries));
$('entry').addEventListener('change', chooseEntry);
$('variant').addEventListener('change', showForm);
$('entry-form').addEventListener(
  'submit',
  once(() => changeEntry('plan')),
);
$('apply').addEventListener(
  'click',
  once(() => changeEntry('apply')),
);
$('delete').addEventListener('click', once(deleteEntry));
$('explain-form').addEventListener('submit', once(explain));
$('doctor-form').addEventListener('submit', once(examine));
$('sessions-form').addEventListener('submit', once(showSessions));
$('revoke-user').addEventListener('click', once(revokeUser));
$('unlock').addEventListener(
  'click',
  once(() => runAndSay(['unlock', userName()], {}, { done: 'The failed logins are forgotten.' })),
);
$('check-form').addEventListener(
  'submit',
  once(() => runAndSay(['check'], {}, { done: 'Nothing is wrong.', refused: 'Something is wrong: the answer says what.' })),
);
$('keys').addEventListener(
  'click',
  once(() => runAndSay(['keys', 'list'], {}, { done: 'These are the signing keys.' })),
);
$('export').addEventListener(
  'click',
  once(() => runAndSay(['export', tenantName()], {}, { done: 'The tenant as one document; secrets are named, and not in it.' })),
);
/** What entries and callers need to know of the APIs of this run. */
async function showApis() {
  const apis = await (await fetch('/_gatehouse/apis.json')).json();
  $('apis').replaceChildren(
    ...apis.map(({ name, kind, apiId, stage, url }) =>
      element(
        'li',
        {},
        `${name}: ${kind} API, `,
        element('code', { textContent: apiId }),
        `, stage ${stage}, `,
        element('a', { href: url, textContent: url }),
      ),
    ),
  );
}

await showApis();
await loadTenants();
await loadEntries();
document.body.dataset.ready = 'true';
