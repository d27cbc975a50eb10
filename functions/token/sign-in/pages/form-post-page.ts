// `response_mode=form_post` (OAuth 2.0 Form Post Response Mode): the answer in a form that the user sends on, because our
// pages have no scripts.

import type { HttpResponse } from '../../http-response.ts';
import { html } from './html.ts';
import { type PageContext, pageResponse } from './layout.ts';

export function formPostPage(redirectUri: string, parameters: readonly (readonly [string, string])[], context: PageContext): HttpResponse {
  const { texts } = context;
  return pageResponse(context, {
    status: 200,
    title: parameters.some(([name]) => name === 'error') ? texts.somethingIsWrong : texts.almostDone,
    body: html`<form method="post" action="${redirectUri}">
${parameters.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}<button type="submit" autofocus>${texts.continue}</button>
</form>`,
  });
}
