// Certificates of a CA that exists for the tests alone, made once with
// openssl ca -startdate 20200101000000Z -enddate 21200101000000Z, the CA's key thrown away.

import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

export const TEST_CA = read('ca.pem');

/** For `localhost` and `127.0.0.1`. */
export const SERVER_CERTIFICATE = { cert: read('server.pem'), key: read('server.key') };

/** Of the same CA, for another host. */
export const OTHER_HOST_CERTIFICATE = { cert: read('other-host.pem'), key: read('other-host.key') };

/** CN `gatehouse`. */
export const CLIENT_CERTIFICATE = { cert: read('client.pem'), key: read('client.key') };
