// The page that asks for a new password, after the right old one, where the store says that there must be one.

import type { HttpResponse } from '../../http-response.ts';
import { html } from './html.ts';
import { helpNote, type PageContext, pageResponse } from './layout.ts';
import type { SignInProblem } from './sign-in-page.ts';

/** @param problem why the page is shown: what is wrong with the password, or with the new one */
export function changePasswordPage(context: PageContext, sealed: string, username: string, problem: SignInProblem): HttpResponse {
  const { texts, tenant } = context;
  const passwordHelpUrl = tenant?.signIn?.passwordHelpUrl;
  return pageResponse(context, {
    status: problem.status,
    title: texts.chooseNewPassword,
    body: html`<p role="alert" id="problem">${texts.messages[problem.message]}</p>
<form method="post" action="authorize">
<input type="hidden" name="sealed_request" value="${sealed}">
<label for="username">${texts.username}</label>
<input id="username" name="username" type="text" autocomplete="username" readonly value="${username}">
<label for="password">${texts.currentPassword}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024" autofocus aria-describedby="problem">
<label for="new_password">${texts.newPassword}</label>
<input id="new_password" name="new_password" type="password" autocomplete="new-password" required maxlength="1024" aria-describedby="problem">
<label for="repeated_password">${texts.repeatNewPassword}</label>
<input id="repeated_password" name="repeated_password" type="password" autocomplete="new-password" required maxlength="1024">
<button type="submit">${texts.changePassword}</button>
</form>
${passwordHelpUrl === undefined ? undefined : html`<p class="note"><a href="${passwordHelpUrl}" rel="noreferrer">${texts.passwordHelp}</a></p>`}${helpNote(tenant)}`,
  });
}
