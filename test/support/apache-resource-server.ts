// Apache with mod_auth_openidc as somebody else's resource server: it verifies JWTs on its own, and names the caller it found
// in a header of its answer.

import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApache } from './apache.ts';

export interface ResourceServer {
  get(path: string, headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly user: string | null }>;
  stop(): Promise<void>;
}

/** `/bearer` wants an access token of scope `order:write`, `/assertion` an end-user JWT of a person; both as bearer tokens. */
export async function startResourceServer(keys: readonly JsonWebKey[]): Promise<ResourceServer> {
  const apache = await startApache([], ['bearer', 'assertion'], async (folder) => {
    const files = await Promise.all(
      keys.map(async (key) => {
        const file = join(folder, `${String(key.kid)}.pem`);
        await writeFile(file, createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
        return `${String(key.kid)}#${file}`;
      }),
    );
    return [
      `OIDCOAuthVerifyCertFiles ${files.join(' ')}`,
      'OIDCCryptoPassphrase not-used',
      'OIDCOAuthRemoteUserClaim sub',
      'Header set X-Found-User "expr=%{REMOTE_USER}"',
      '<Location /bearer>',
      'AuthType oauth20',
      'Require claim "scope~(^| )order:write( |$)"',
      '</Location>',
      '<Location /assertion>',
      'AuthType oauth20',
      'Require claim http://wso2.org/claims/usertype:APPLICATION_USER',
      '</Location>',
    ];
  });
  return {
    async get(path, headers) {
      const { status, headers: answered } = await fetch(`http://127.0.0.1:${apache.port}${path}`, { headers });
      return { status, user: answered.get('x-found-user') };
    },
    stop: apache.stop,
  };
}
