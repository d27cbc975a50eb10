// Signs a user in as an application without a secret does: the authorization code with PKCE (RFC 7636), and a sign-out
// afterwards (OpenID Connect RP-Initiated Logout). What must outlive the way to the sign-in page and back is in
// sessionStorage: of this tab alone, and gone with it.

const KEPT = 'gatehouse-sign-in';

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = async (text) => base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));

/**
 * Leaves the page for the sign-in page.
 *
 * @param issuer path of the tenant's own issuer; empty: that of the deployment
 * @param resource path of the API that the tokens are to be for (RFC 8707); absent: none
 */
export async function goToSignIn({ clientId, callback, scope, issuer, resource }) {
  const [verifier, state, nonce] = [random(), random(), random()];
  sessionStorage.setItem(KEPT, JSON.stringify({ verifier, state, nonce, clientId, issuer }));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: location.origin + callback,
    scope,
    state,
    nonce,
    code_challenge: await sha256(verifier),
    code_challenge_method: 'S256',
    ...(resource !== undefined && { resource: location.origin + resource }),
  });
  location.assign(`${issuer}/oauth2/authorize?${query}`);
}

/**
 * What the sign-in page answered, once: the fields of the token request, or what went wrong. The address is made clean, so
 * that a code is neither kept in the history nor sent again.
 */
export function takeAnswer({ callback }) {
  const answer = new URLSearchParams(location.search);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, '', '/_gatehouse/');
  // A page that sends its own code here would sign this user in as somebody else.
  if (kept.state === undefined || answer.get('state') !== kept.state) return { error: 'an answer that this tab did not ask for' };
  const { nonce, verifier, clientId, issuer } = kept;
  if (answer.get('iss') !== location.origin + issuer) return { error: `an answer of another issuer: ${answer.get('iss')}` };
  if (answer.has('error')) return { error: answer.get('error') };
  const redirectUri = location.origin + callback;
  const fields = { grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: redirectUri, client_id: clientId };
  return { nonce, clientId, fields: { ...fields, code_verifier: verifier } };
}

/** Leaves the page to end the session. In a form, since an ID token in an address would be kept in histories and logs. */
export function goToSignOut({ idToken, afterSignOut, issuer }) {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = `${issuer}/oauth2/logout`;
  for (const [name, value] of [
    ['id_token_hint', idToken],
    ['post_logout_redirect_uri', location.origin + afterSignOut],
  ])
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  document.body.append(form);
  form.submit();
}
