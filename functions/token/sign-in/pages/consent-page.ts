// The page that asks whether a client may act for the user: who asks, where the answer goes, and what is asked for.

import type { Client } from '../../../configuration/model.ts';
import type { HttpResponse } from '../../http-response.ts';
import { isOnDevice, shownAddress } from '../redirect-uri.ts';
import { type Html, html } from './html.ts';
import { type PageContext, pageResponse } from './layout.ts';
import type { Texts } from './texts/texts.ts';

export interface ConsentQuestion {
  readonly client: Pick<Client, 'name' | 'clientId' | 'document'>;
  readonly redirectUri: string;
  /** What each scope is for: its description, or the scope itself. */
  readonly scopes: readonly string[];
  /** Name of the user who is signed in, as people write it. */
  readonly username: string;
}

/** @param sealed the authorization request that goes on with this form */
export function consentPage(context: PageContext, sealed: string, question: ConsentQuestion): HttpResponse {
  const { texts } = context;
  const { name, clientId, document } = question.client;
  // In the largest letters stands what nobody can make up: the host of the client's URL, in ASCII (A138).
  const clientName = document?.host ?? name ?? clientId;
  return pageResponse(context, {
    status: 200,
    title: texts.allowAccess(clientName),
    body: html`${document && describeItself(texts, { name, clientId, isTrusted: document.isTrusted })}<p>${texts.signedInAs(question.username)}</p>
${
  question.scopes.length === 0
    ? undefined
    : html`<p>${texts.wouldLikeTo(clientName)}</p>
<ul>${question.scopes.map((scope) => html`<li>${scope}</li>`)}</ul>`
}
<p>${texts.goesBackTo} <strong><code>${shownAddress(question.redirectUri)}</code></strong></p>
${isOnDevice(question.redirectUri) ? html`<p role="alert">${texts.loopbackWarning}</p>` : undefined}
<form method="post" action="authorize">
<input type="hidden" name="sealed_request" value="${sealed}">
<button type="submit" name="decision" value="allow">${texts.allow}</button>
<button type="submit" name="decision" value="deny" class="quiet">${texts.deny}</button>
</form>`,
  });
}

/** What a client that nobody has registered says of itself, apart from all that we say. */
function describeItself(
  texts: Texts,
  { name, clientId, isTrusted }: { readonly name: string | undefined; readonly clientId: string; readonly isTrusted: boolean },
): Html {
  return html`${name === undefined ? undefined : html`<p>${texts.callsItself} <q><bdi>${name}</bdi></q></p>\n`}<p class="note"><code>${clientId}</code></p>
${isTrusted ? undefined : html`<p role="alert">${texts.notRegistered}</p>\n`}`;
}
