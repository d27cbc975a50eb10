// A page that says one thing: an error that can't be answered to a client, or that the user is signed out.

import type { HttpResponse } from '../../http-response.ts';
import { html } from './html.ts';
import { helpNote, type PageContext, pageResponse } from './layout.ts';
import type { MessageName } from './texts/texts.ts';

/** @param detail for the developer of an application, in English: what is wrong with the request, and nothing of users */
export function messagePage(
  context: PageContext,
  {
    title,
    message,
    detail,
    status,
    headers,
  }: {
    readonly title: 'somethingIsWrong' | 'signedOut';
    readonly message: MessageName;
    readonly detail?: string;
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
  },
): HttpResponse {
  const { texts, tenant } = context;
  return pageResponse(context, {
    status,
    title: texts[title],
    ...(headers !== undefined && { headers }),
    body: html`<p>${texts.messages[message]}</p>
${detail === undefined ? undefined : html`<p class="note" lang="en"><code>${detail}</code></p>`}${helpNote(tenant)}`,
  });
}
