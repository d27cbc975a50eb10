// What did not answer, or answered what can't be: AWS, our own tables and secrets, and places that entries point to.

import type { ReasonsOfCode } from '../../../functions/shared/reasons/index.ts';
import type {
  AwsOutage,
  ClientDocumentOutage,
  HandlerOutage,
  KeySetOutage,
  MalformedState,
  OutboundFault,
  PlatformOutage,
} from '../../../functions/shared/reasons/outages.ts';
import type { Explained } from './explanation.ts';

const LOOK_AT_AWS = 'Look at the AWS Health Dashboard, and at the metrics of the table, secret or function that `dependency` names.';

export const AWS_OUTAGES: Explained<Exclude<AwsOutage, OutboundFault>> = {
  throttled: {
    meaning: 'AWS has refused the call because there were too many, after three tries.',
    change: 'Look at the throttled requests of the table, and at the account’s quotas for DynamoDB, Secrets Manager or Lambda.',
  },
  overloaded: {
    meaning: 'The function or web service has too much to do: AWS says TooManyRequests, a service or its proxy 502, 503 or 504.',
    change: 'Raise the function’s concurrency, or look at the service.',
  },
  'not-found': {
    meaning: 'The table, secret or function is not there. The name comes from the stack, or from an entry.',
    change: 'Check secretId or functionArn of the entry; a table or key of the stack comes back with the next deployment.',
  },
  'access-denied': {
    meaning: 'The function’s role may not do that, or its credentials are not taken.',
    change: 'Look at policies on the table, secret or function, at its KMS key, and at service control policies of the organisation.',
  },
  'no-credentials': {
    meaning: 'There are no AWS credentials in the function’s environment.',
    change: 'In Lambda they are always there; elsewhere set AWS_REGION and credentials.',
  },
  'decryption-failed': {
    meaning: 'Secrets Manager could not decrypt the secret: its KMS key is disabled, deleted, or not open to the function’s role.',
    change: 'Enable the key, or let the function’s role use it (kms:Decrypt).',
  },
  'request-failed': {
    meaning: 'A call to AWS failed in a way that has no word of its own; `cause` names the error.',
    change: LOOK_AT_AWS,
  },
  'too-many-items': {
    meaning: 'A tenant, API or user has more items than one reading takes: 20 pages of 1 MB.',
    change: 'Delete what nobody needs, or split the tenant.',
  },
  'not-text': {
    meaning: 'The secret holds bytes in place of text.',
    change: 'Write it as text (SecretString).',
  },
  'function-error': {
    meaning: 'The Lambda function that an entry names ended with an error. What it said is not logged: it may quote a password.',
    change: 'Look at the log of that function.',
  },
};

export const PLATFORM_OUTAGES: Explained<PlatformOutage> = {
  'argon2-not-supported': {
    meaning: 'The Node that runs the function has no argon2: it is older than 24.7, or linked with an OpenSSL older than 3.2.',
    change: 'Deploy with the runtime nodejs24.x as it is; where Lambda has pinned an old one, let it update the runtime.',
  },
};

export const OUTBOUND_FAULTS: Explained<OutboundFault> = {
  timeout: {
    meaning: 'There was no answer within the time that there is: timeoutMs of the entry, or three tries of a second for AWS.',
    change:
      'Look whether what `dependency` names is up and can be reached from the function’s subnets; raise timeoutMs where it is only slow.',
  },
  'connection-failed': {
    meaning: 'No connection came about, or it broke off before the whole answer was there.',
    change: 'Look at the address and port, at security groups, routes and the other side’s firewall.',
  },
  'tls-failed': {
    meaning: 'TLS did not come about: the certificate is not trusted, has expired, or has another name; `cause` has more.',
    change: 'Write the CA as caPem into the entry, or renew the certificate. Verification can’t be turned off.',
  },
  'name-not-resolved': {
    meaning: 'The host name has no address, or DNS did not answer in time.',
    change: 'Check the name in the entry, and that the function’s VPC can resolve it.',
  },
  'bad-url': {
    meaning: 'The URL of the entry can’t be used: no http or https, or a user name and password in it.',
    change: 'Correct the URL; credentials belong into the secret.',
  },
  plaintext: {
    meaning: 'The URL is http, and the entry does not say "allowPlaintext": true.',
    change: 'Use https. Whoever is on the way can read what goes over http.',
  },
  'refused-port': {
    meaning: 'The URL names a port below 1024 other than 80 and 443, where no web service listens.',
    change: 'Use another port, or write "allowPrivateAddress": true for a service in your own network.',
  },
  'refused-address': {
    meaning: 'The host name leads to a private, loopback or link-local address, and the entry does not allow that.',
    change: 'Write "allowPrivateAddress": true into the entry, if the service is in your own network.',
  },
  'bad-request': {
    meaning: 'The request could not be made from what the entry and the secret say, or AWS calls it invalid; `cause` has more.',
    change: 'Check headers, certificate and key of the entry and its secret.',
  },
  redirect: {
    meaning: 'The service answered with a redirect, which is never followed: it could lead anywhere.',
    change: 'Write the address that it leads to as URL into the entry.',
  },
  'too-large': {
    meaning: 'The answer is larger than is read: 64 KiB of a userstore or handler, 512 KiB of a key set, 1 MiB of a directory.',
    change: 'Have the service answer with less, or ask a directory for fewer attributes.',
  },
  'bad-reply': {
    meaning: 'There was an answer, and it is not what the entry says that it is: no JSON, no UTF-8, or none of the conditions is met.',
    change: 'Compare success, wrongPassword and unknownUser of the entry with what the service says; `gatehouse userstore test` shows it.',
  },
};

export const MALFORMED_STATE: Explained<MalformedState> = {
  'grant-malformed': {
    meaning: 'An item of the Tokens table is not one that Gatehouse writes. Nobody else may write there.',
    change: 'Delete the item: its user has to log in anew.',
  },
  'feed-malformed': {
    meaning:
      'The revocation feed of a tenant, in the Tokens table, is not as Gatehouse writes it. Nobody else may write there. JWTs of that tenant are refused.',
    change:
      'Delete the item feed#<name of the table>#<tenant> of the Tokens table: the functions begin the feed anew, and until then look every grant up.',
  },
  'feed-too-old': {
    meaning:
      'The revocation feed of the tenant could not be read for longer than its bound, ten seconds, so that nobody knows which JWTs have been revoked.',
    change: 'Find out why the authorizer can’t read the Tokens table: the lines revocation-feed-not-read of its log say what failed.',
  },
  'session-malformed': {
    meaning: 'A session of the sign-in page in the Tokens table is not one that Gatehouse writes. Nobody else may write there.',
    change: 'Delete the item: its user has to sign in anew.',
  },
  'attempts-malformed': {
    meaning: 'A count of attempts in the Tokens table is not one that Gatehouse writes. Nobody else may write there.',
    change: 'Delete the item: the count begins anew.',
  },
  'places-malformed': {
    meaning: 'The places of a user in the Tokens table are not as Gatehouse writes them. Nobody else may write there.',
    change: 'Delete the item: no place is known to its user until the next login.',
  },
  'signing-keys-malformed': {
    meaning: 'The secret <stack>/signing-keys does not hold signing keys. The last good keys serve on, where a function has them.',
    change: 'Restore the last good version of the secret in Secrets Manager.',
  },
  'no-signing-key': {
    meaning: 'No key of the algorithm that the tenant wants for its access tokens signs yet.',
    change: 'Call the signing-keys function, which makes what is missing, or write another accessTokenAlgorithm into the tenant entry.',
  },
  'no-end-user-jwt-key': {
    meaning: 'No key of the algorithm that the tenant wants for its end-user JWTs signs yet.',
    change: 'Call the signing-keys function, which makes what is missing, or write another endUserJwt.algorithm into the tenant entry.',
  },
  'end-user-jwt-too-long': {
    meaning: 'The end-user JWT has more than 4,096 characters, though every optional claim was left out.',
    change: 'Shorten names and ids, or leave claims out by excludedClaims of the tenant’s endUserJwt.',
  },
};

export const HANDLER_OUTAGES: Explained<Exclude<HandlerOutage, OutboundFault>> = {
  'no-such-handler': {
    meaning: 'A rule names lambda:<name>, and the tenant that owns the API has no usable entry handler#<name>.',
    change: 'Write the entry with the function’s ARN, or take the handler out of the rule.',
  },
  'bad-username': {
    meaning: 'The handler’s function answered with a user name or id that could be taken for another one.',
    change: 'The function must answer with names without blanks at their ends and without characters that do not show.',
  },
};

export const KEY_SET_OUTAGES: Explained<KeySetOutage> = {
  'bad-status': {
    meaning:
      'The URL of a key set (jwksUri) answered with another status than 200, or that of a client’s document with one of 500 and above.',
    change: 'Check jwksUri of the issuer or client entry.',
  },
  'bad-key-set': {
    meaning: 'What the URL of a key set answered is no key set that can be used. The log line key-set-refused says where it is wrong.',
    change: 'Whoever publishes it has to correct it: a set with private or symmetric keys is refused whole.',
  },
};

export const CLIENT_DOCUMENT_OUTAGES: Explained<ClientDocumentOutage> = {
  'too-many-loads': {
    meaning:
      'So many documents of clients were asked for within a minute, or so slow ones, that this one was not: 120 of all hosts, 20 of one host, 20 seconds in all, 16 at a time, for each running function, and for trusted hosts apart from all others.',
    change: 'Nothing, where it passes. Else somebody sends requests with made-up client ids: the source address is in the log.',
  },
};

export const SERVER_FAULTS: Explained<ReasonsOfCode['server_error'] | 'renewed-at-once-too-often'> = {
  bug: {
    meaning: 'Something was thrown that nobody foresaw. The log line has its name and where it was thrown.',
    change: 'Report it, with that log line.',
  },
  'access-token-too-long': {
    meaning: 'The JWT access token would have more than 8,192 characters, which no API Gateway would take: many scopes, roles or claims.',
    change: 'Write "tokenFormat": "opaque" into the client or tenant entry, or have the application ask for fewer scopes.',
  },
  'renewed-at-once-too-often': {
    meaning: 'Two others renewed the same grant while this request did, each time.',
    change: 'The application should share one renewal between its threads. The token that it has is still good.',
  },
};
