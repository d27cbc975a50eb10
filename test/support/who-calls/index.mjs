// A deployment's own way to say who calls: `Authorization: Key k-1`.

export const handler = async ({ event }) => {
  const [scheme, key] = (event.headers?.Authorization ?? event.headers?.authorization ?? '').split(' ');
  if (scheme !== 'Key') return { outcome: 'no-credential' };
  return key === 'k-1' ? { outcome: 'authenticated', user: { username: 'machine', roles: ['customer'] } } : { outcome: 'refused' };
};
