// The page that asks for name and password: one form, no scripts, fields that password managers know.

import type { HttpResponse } from '../../http-response.ts';
import { html } from './html.ts';
import { helpNote, type PageContext, pageResponse, tenantTitle } from './layout.ts';
import type { MessageName } from './texts/texts.ts';

/** Problem for which the page is shown again. */
export interface SignInProblem {
  readonly message: MessageName;
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** A new password is all that is needed: the page asks for one. */
  readonly asksForNewPassword?: true;
}

/**
 * @param sealed the authorization request that goes on with this form
 * @param username what the field holds at first: a hint, or what was typed
 */
export function signInPage(
  context: PageContext,
  sealed: string,
  {
    username,
    problem,
    clientName,
  }: { readonly username: string | undefined; readonly problem?: SignInProblem; readonly clientName: string },
): HttpResponse {
  const { texts, tenant } = context;
  const passwordHelpUrl = tenant?.signIn?.passwordHelpUrl;
  const isRetry = problem !== undefined;
  return pageResponse(context, {
    status: problem?.status ?? 200,
    title: texts.signInTo(tenant === undefined ? '' : tenantTitle(tenant)),
    headers: problem?.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(problem.retryAfterSeconds) },
    body: html`${problem === undefined ? html`<p>${texts.toContinueTo(clientName)}</p>` : html`<p role="alert" id="problem">${texts.messages[problem.message]}</p>`}
<form method="post" action="authorize">
<input type="hidden" name="sealed_request" value="${sealed}">
<label for="username">${texts.username}</label>
<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="512" value="${username ?? ''}"${username === undefined ? html` autofocus` : undefined}${isRetry ? html` aria-describedby="problem"` : undefined}>
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"${username === undefined ? undefined : html` autofocus`}${isRetry ? html` aria-describedby="problem"` : undefined}>
<button type="submit">${texts.signIn}</button>
</form>
${passwordHelpUrl === undefined ? undefined : html`<p class="note"><a href="${passwordHelpUrl}" rel="noreferrer">${texts.passwordHelp}</a></p>`}${helpNote(tenant)}`,
  });
}
