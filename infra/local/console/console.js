// The console page: picks a demo client and user, gets a token, calls the demo API, and shows request, response, the
// cURL command and the decoded end-user JWT. It speaks to its own origin alone, and writes text, never markup.

import { curlOf } from './curl.js';
import { element, highlighted } from './elements.js';
import { decoded, verified } from './jwt.js';

const $ = (id) => document.getElementById(id);
const demo = await (await fetch('/_console/demo.json')).json();
let tokens;

const state = {
  client: () => demo.clients[$('client').value],
  user: () => demo.users[$('user').value],
  operation: () => demo.operations[Number(document.querySelector('input[name="operation"]:checked').value)],
};

const show = (id, ...parts) => $(id).replaceChildren(...parts);

function say(text, kind = '') {
  $('status').className = kind;
  $('status').textContent = text;
}

function showRequest(request) {
  const { method, path, headers, body } = request;
  const lines = [`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  if (body !== undefined)
    lines.push('', body instanceof URLSearchParams ? [...body].map(([name, value]) => `${name}=${value}`).join('\n& ') : body);
  show('request', lines.join('\n'));
  show('curl', curlOf(request));
  $('copy').disabled = false;
}

/** Headers that say something about the answer; the gateway's own bookkeeping is left out. */
const SHOWN_HEADERS = ['content-type', 'cache-control', 'www-authenticate', 'x-amzn-remapped-www-authenticate', 'retry-after'];

async function send(request) {
  showRequest(request);
  show('response', 'Waiting…');
  const { method, path, headers, body } = request;
  try {
    const response = await fetch(path, { method, headers, body, credentials: 'omit', cache: 'no-store', redirect: 'error' });
    const text = await response.text();
    const shown = SHOWN_HEADERS.flatMap((name) => (response.headers.has(name) ? [`${name}: ${response.headers.get(name)}`] : []));
    const json = parsed(text);
    show('response', [`HTTP ${response.status}`, ...shown, ''].join('\n'), '\n', ...(json === undefined ? [text] : highlighted(json)));
    return { status: response.status, body: json };
  } catch {
    show('response', 'No answer: is the local run still there?');
    say('The gateway did not answer.', 'bad');
    return undefined;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tokenRequest(path, fields) {
  const { id, secret } = state.client();
  const basic = `${id}:${secret}`;
  const headers = { Authorization: `Basic ${btoa(basic)}`, 'Content-Type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', path, headers, body: new URLSearchParams(fields), basic };
}

function grantFields() {
  const { username, password } = state.user();
  const scope = $('scope').checked ? { scope: demo.scope } : {};
  if (username === null) return { grant_type: 'client_credentials', ...scope };
  return { grant_type: 'password', username, password, ...scope };
}

function keep(next, text) {
  tokens = next;
  $('renew').disabled = next?.refresh_token === undefined;
  $('revoke').disabled = next === undefined;
  $('token-state').textContent = text;
}

async function ask(fields, verb) {
  const answer = await send(tokenRequest('/oauth2/token', fields));
  if (answer === undefined) return;
  if (answer.status !== 200) {
    keep(undefined, 'No token.');
    return say(`Refused with ${answer.status}: ${answer.body?.error ?? 'no reason given'}.`, 'bad');
  }
  const { access_token: token, expires_in: seconds, scope } = answer.body;
  const kind = token.startsWith('eyJ') ? 'JWT' : 'opaque token';
  keep({ ...answer.body, client: $('client').value }, `${verb}: ${kind}, ${seconds} s, scope ${scope}.`);
  say(`${verb}: ${kind}.`, 'good');
}

async function revoke() {
  const answer = await send(tokenRequest('/oauth2/revoke', { token: tokens.access_token }));
  if (answer === undefined) return;
  keep(undefined, 'The token was revoked. Cached answers live on for a minute at most.');
  say(answer.status === 200 ? 'Revoked.' : `Not revoked: ${answer.status}.`, answer.status === 200 ? 'good' : 'bad');
}

async function showJwt(body) {
  const jwt = body?.headers?.['x-jwt-assertion'];
  $('signature').className = 'state';
  $('signature').textContent = '';
  if (typeof jwt === 'string' && jwt.split('.').length === 3) {
    const [header, claims] = jwt.split('.');
    show('jwt', ...highlighted(decoded(header)), '\n', ...highlighted(decoded(claims)));
    const proof = await verified(jwt).catch(() => undefined);
    $('signature').className = proof === undefined ? 'state bad' : 'state good';
    $('signature').textContent = proof === undefined ? 'The signature could not be verified.' : `Signature verified here: ${proof}`;
  } else if (body?.jwt !== undefined) {
    show('jwt', ...highlighted(body.jwt));
    $('signature').textContent = 'Claims, as the backend verified them. whoami answers with the token itself.';
  } else {
    show('jwt', 'The backend got no end-user JWT.');
  }
}

async function call() {
  const { method, path, body } = state.operation();
  const headers = {};
  if (tokens !== undefined) headers.Authorization = `Bearer ${tokens.access_token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await send({ method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer === undefined) return;
  const good = answer.status < 400;
  say(
    good ? `${method} ${path}: ${answer.status}.` : `${method} ${path}: ${answer.status}, ${answer.body?.message ?? 'refused'}.`,
    good ? 'good' : 'bad',
  );
  await showJwt(good ? answer.body : undefined);
}

async function copy() {
  try {
    await navigator.clipboard.writeText($('curl').textContent);
    say('The command was copied.', 'good');
  } catch {
    getSelection().selectAllChildren($('curl'));
    say('The command is selected: copy it with your keyboard.');
  }
}

function fill() {
  $('client').append(...demo.clients.map(({ label }, at) => element('option', { value: at, textContent: label })));
  $('user').append(...demo.users.map(({ label }, at) => element('option', { value: at, textContent: label })));
  $('scope-name').textContent = demo.scope;
  $('operations').append(
    ...demo.operations.map(({ method, label }, at) =>
      element('label', {}, element('input', { type: 'radio', name: 'operation', value: at, checked: at === 0 }), ` ${method} ${label}`),
    ),
  );
}

/** One thing at a time: a second press waits for nobody and does nothing. */
let busy = false;
const once = (action) => async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  document.body.setAttribute('aria-busy', 'true');
  try {
    await action();
  } finally {
    busy = false;
    document.body.removeAttribute('aria-busy');
  }
};

fill();
$('token-form').addEventListener(
  'submit',
  once(() => ask(grantFields(), 'Issued')),
);
$('renew').addEventListener(
  'click',
  once(() => ask({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, 'Renewed')),
);
$('revoke').addEventListener('click', once(revoke));
$('call-form').addEventListener('submit', once(call));
$('copy').addEventListener('click', once(copy));
// A refresh token belongs to its client: with another one chosen it could not be renewed.
$('client').addEventListener('change', () => keep(undefined, 'No token of this application yet.'));
document.body.dataset.ready = 'true';
