// The page that asks whether to sign out, where nothing proves that it was the user's application that asked (A128).

import type { HttpResponse } from '../../http-response.ts';
import { html } from './html.ts';
import { type PageContext, pageResponse, tenantTitle } from './layout.ts';

export function signOutPage(context: PageContext, sealed: string): HttpResponse {
  const { texts, tenant } = context;
  return pageResponse(context, {
    status: 200,
    title: texts.signOutOf(tenant === undefined ? '' : tenantTitle(tenant)),
    body: html`<p>${texts.signOutQuestion}</p>
<form method="post" action="logout">
<input type="hidden" name="sealed_request" value="${sealed}">
<button type="submit" name="decision" value="allow">${texts.signOut}</button>
<button type="submit" name="decision" value="deny" class="quiet">${texts.staySignedIn}</button>
</form>`,
  });
}
