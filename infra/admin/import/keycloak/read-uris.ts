// Redirect URIs and web origins of a Keycloak client. Here each is compared whole, so that no wildcard can stay.

import * as v from 'valibot';
import { redirectUri } from '../../../../functions/configuration/entries/fields.ts';
import { type Members, textIn, textsIn } from '../documents.ts';
import type { ImportReport } from '../imported.ts';

/** @param own what `+` stands for; absent: it stands for nothing */
export function readRedirectUris(client: Members, of: string, report: ImportReport, own: readonly string[] = []): readonly string[] {
  const root = textIn(client.rootUrl);
  const kept = new Set<string>();
  for (const uri of textsIn(client.redirectUris)) {
    if (uri === '+' || uri === '-') {
      for (const one of uri === '+' ? own : []) kept.add(one);
      continue;
    }
    const whole = uri.startsWith('/') && root !== undefined ? `${root.replace(/\/$/, '')}${uri}` : uri;
    if (whole.includes('*')) report.lost(of, `redirect URI ${uri}: has a wildcard. List each URI whole`);
    else if (!v.is(redirectUri, whole)) report.lost(of, `redirect URI ${uri}: must be https, or http on a loopback address`);
    else {
      if (whole !== uri) report.changed(of, `redirect URI ${uri}: ${whole}`);
      kept.add(whole);
    }
  }
  return [...kept];
}

/** `+` stands for the origins of the redirect URIs. */
export function readOrigins(client: Members, redirects: readonly string[], of: string, report: ImportReport): readonly string[] {
  const kept = new Set<string>();
  for (const origin of textsIn(client.webOrigins)) {
    if (origin === '+') {
      const origins = redirects.flatMap((uri) => (/^https?:/.test(uri) ? (URL.parse(uri)?.origin ?? []) : []));
      report.changed(of, `web origins +: ${origins.length === 0 ? 'none, since no redirect URI stays' : [...new Set(origins)].join(', ')}`);
      for (const one of origins) kept.add(one);
    } else if (origin.includes('*')) report.lost(of, `web origin ${origin}: has a wildcard. List each origin whole`);
    else kept.add(origin.replace(/\/$/, ''));
  }
  return [...kept];
}
