// The console page: picks a demo client and user, or signs one in, gets a token, calls the demo API, and shows request, response, the
// cURL command and the decoded end-user JWT. It speaks to its own origin alone, and writes text, never markup.

import { curlOf } from './curl.js';
import { element, highlighted, parsed } from './elements.js';
import { decoded, verified } from './jwt.js';
import { once } from './once.js';
import { goToSignIn, goToSignOut, takeAnswer } from './sign-in.js';

const $ = (id) => document.getElementById(id);
const demo = await (await fetch('/_gatehouse/demo.json')).json();
const apis = await (await fetch('/_gatehouse/apis.json')).json();
let tokens;

const state = {
  client: () => demo.clients[$('client').value] ?? typedClient(),
  /** Path of the issuer that the application's tenant has of its own; empty: it has none. */
  issuer: () => state.client().issuer ?? '',
  scope: () => state.client().scope ?? demo.scope,
  /** An application without a secret asks for no password: its users sign in on the page of Gatehouse. */
  signsIn: () => state.client().secret === undefined,
  user: () => demo.users[$('user').value] ?? { username: $('own-username').value.trim(), password: $('own-password').value },
  operation: () => demo.operations[Number(document.querySelector('input[name="operation"]:checked').value)] ?? typedOperation(),
};

/** An application of one's own; without a secret it is a public one. */
function typedClient() {
  const [id, secret] = [$('own-client').value.trim(), $('own-secret').value];
  return { id, ...(secret !== '' && { secret }) };
}

/** A request of one's own: any method and path of any API of this run. */
function typedOperation() {
  const [method = 'GET', path = '/'] = $('own-request').value.trim().split(/\s+/);
  const body = $('own-body').value.trim();
  return { method: method.toUpperCase(), path, ...(body !== '' && { text: body }) };
}

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

function tokenRequest(endpoint, fields) {
  const { id, secret } = state.client();
  const path = `${state.issuer()}${endpoint}`;
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  if (secret === undefined) return { method: 'POST', path, headers: type, body: new URLSearchParams({ ...fields, client_id: id }) };
  const basic = `${id}:${secret}`;
  const headers = { Authorization: `Basic ${btoa(basic)}`, ...type };
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
  $('sign-out').disabled = next?.id_token === undefined;
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
  // A renewal may bring no new ID token: the one of the sign-in still names the session.
  keep({ id_token: tokens?.id_token, ...answer.body }, `${verb}: ${kind}, ${seconds} s, scope ${scope}.`);
  say(`${verb}: ${kind}.`, 'good');
}

async function getToken() {
  if (!state.signsIn()) return ask(grantFields(), 'Issued');
  const scope = ['openid', ...($('scope').checked ? [state.scope()] : [])].join(' ');
  const { id: clientId, resource } = state.client();
  await goToSignIn({ clientId, callback: demo.callback, scope, issuer: state.issuer(), resource });
}

/** Where the page was opened as the redirect URI of its application. */
async function returnFromSignIn() {
  const { error, fields, nonce, clientId } = takeAnswer({ callback: demo.callback });
  $('client').value = String(demo.clients.findIndex(({ id, secret }) => (clientId === undefined ? secret === undefined : id === clientId)));
  chooseClient();
  if (error !== undefined) return say(`Not signed in: ${error}.`, 'bad');
  await ask(fields, 'Signed in');
  if (tokens?.id_token === undefined) return;
  const claims = decoded(tokens.id_token.split('.')[1]);
  if (claims.nonce === nonce) return show('jwt', ...highlighted({ 'ID token': claims }));
  keep(undefined, 'No token.');
  say('Not signed in: the ID token is an answer to another request.', 'bad');
}

async function revoke() {
  const answer = await send(tokenRequest('/oauth2/revoke', { token: tokens.access_token }));
  if (answer === undefined) return;
  if (answer.status === 200) {
    // It stays in hand, to be shown that it is refused.
    keep(
      { access_token: tokens.access_token },
      'The token was revoked: call with it again. An answer that the gateway has kept lives on for a minute.',
    );
    $('revoke').disabled = true;
  }
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
  const { method, path, body, accept, text = body && JSON.stringify(body) } = state.operation();
  const headers = { ...(accept !== undefined && { Accept: accept }) };
  if (tokens !== undefined) headers.Authorization = `Bearer ${tokens.access_token}`;
  if (text !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await send({ method, path, headers, body: text });
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
  const choices = (all, own) =>
    [...all.map(({ label }) => label), own].map((label, at) => element('option', { value: at, textContent: label }));
  $('client').append(...choices(demo.clients, 'another application'));
  $('user').append(...choices(demo.users, 'another user'));
  $('operations').append(
    ...[...demo.operations, { method: 'another', label: 'request' }].map(({ method, label }, at) =>
      element('label', {}, element('input', { type: 'radio', name: 'operation', value: at, checked: at === 0 }), ` ${method} ${label}`),
    ),
  );
  const routes = apis.filter(({ isTokenApi }) => !isTokenApi).flatMap((api) => api.routes);
  $('routes').append(...routes.map((route) => element('option', { value: route })));
  $('scope-name').textContent = state.scope();
  showOwn();
}

/** Shows what has to be typed for what is not in a list. */
function showOwn() {
  $('own-application').hidden = demo.clients[$('client').value] !== undefined;
  $('own-user').hidden = demo.users[$('user').value] !== undefined || $('user').disabled;
  $('own-operation').hidden = demo.operations[Number(document.querySelector('input[name="operation"]:checked').value)] !== undefined;
}

fill();
$('token-form').addEventListener('submit', once(getToken));
$('renew').addEventListener(
  'click',
  once(() => ask({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, 'Renewed')),
);
$('revoke').addEventListener('click', once(revoke));
$('call-form').addEventListener('submit', once(call));
$('copy').addEventListener('click', once(copy));
$('sign-out').addEventListener(
  'click',
  once(() => goToSignOut({ idToken: tokens.id_token, afterSignOut: demo.afterSignOut, issuer: state.issuer() })),
);

// A refresh token belongs to its client: with another one chosen it could not be renewed.
function chooseClient() {
  $('user').disabled = state.signsIn();
  $('scope-name').textContent = state.scope();
  showOwn();
  const { hint = '' } = state.client();
  keep(
    undefined,
    state.signsIn() ? `Users of this application sign in on a page of Gatehouse.${hint}` : 'No token of this application yet.',
  );
}
$('client').addEventListener('change', chooseClient);
$('own-secret').addEventListener('input', chooseClient);
$('user').addEventListener('change', showOwn);
$('operations').addEventListener('change', showOwn);
if (location.pathname === demo.callback) await returnFromSignIn();
if (location.pathname === demo.afterSignOut) {
  history.replaceState(null, '', '/_gatehouse/');
  say('Signed out.', 'good');
}
document.body.dataset.ready = 'true';
