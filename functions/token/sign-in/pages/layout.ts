// Layout that all pages share: the frame, and the headers that let a browser show them and nothing else (A120, A123,
// A127).

import { hash } from 'node:crypto';
import type { Tenant } from '../../../configuration/model.ts';
import type { HttpResponse } from '../../http-response.ts';
import { type Html, html } from './html.ts';
import { styleFor } from './style.ts';
import type { Texts } from './texts/texts.ts';

/** Language in which a page speaks, and the tenant for which it does. */
export interface PageContext {
  readonly texts: Texts;
  /** Undefined where it is not known whose page it is. */
  readonly tenant: Pick<Tenant, 'name' | 'displayName' | 'signIn'> | undefined;
}

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The name that people know the tenant by. */
export const tenantTitle = (tenant: Pick<Tenant, 'name' | 'displayName'>): string => tenant.displayName ?? tenant.name;

/** A page as an HTTP response. */
export function pageResponse({ texts, tenant }: PageContext, page: Page): HttpResponse {
  const style = styleFor(tenant?.signIn?.colour);
  const logo = tenant?.signIn?.logo;
  const document = html`<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style>${styleMarkup(style)}</style>
</head>
<body>
<main>
${logo === undefined || tenant === undefined ? undefined : html`<img src="${logo}" alt="${tenantTitle(tenant)}">\n`}<h1>${page.title}</h1>
${page.body}
</main>
</body>
</html>
`;
  return {
    statusCode: page.status,
    headers: {
      'Content-Type': 'text/html;charset=UTF-8',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      // No form-action: browsers apply it to the redirect after a POST as well, and would stop the way back to the client.
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Strict-Transport-Security': 'max-age=31536000',
      'Cross-Origin-Opener-Policy': 'same-origin',
      ...page.headers,
    },
    body: document.toString(),
  };
}

/** A style sheet is no place for entities; ours holds no character that would end it, and a colour is six hex digits. */
function styleMarkup(style: string): Html {
  const parts = Object.assign([style], { raw: [style] });
  return html(parts);
}

/** Note of the tenant's below its forms. */
export function helpNote(tenant: PageContext['tenant']): Html | undefined {
  const help = tenant?.signIn?.helpText;
  return help === undefined ? undefined : html`<p class="note">${help}</p>`;
}
