// Headers of a backend that API Gateway renames on the way out; its own gateway responses are not touched
// (infra/emulator/README.md, "Renamed headers").

import type { HeaderList } from './http-message.ts';

const REMAPPED = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate']);

/** `WWW-Authenticate` becomes `x-amzn-Remapped-WWW-Authenticate`, and so on. */
export function remapResponseHeaders(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}
