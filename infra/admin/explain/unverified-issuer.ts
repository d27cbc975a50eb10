// `iss` of a JWT that nothing has proved yet: for where the command does not know the deployment's own, and only a
// signature by its keys will count. A tenant's own issuer is the deployment's with `/t/<tenant>` behind it.

export function unverifiedIssuerOf(token: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const isNamed = typeof claims === 'object' && claims !== null && 'iss' in claims && typeof claims.iss === 'string';
    return isNamed ? String(claims.iss).replace(/\/t\/[^/]+$/, '') : undefined;
  } catch {
    return undefined;
  }
}
