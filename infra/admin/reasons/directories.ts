// What directory servers answer in place of an answer, and the result codes of RFC 4511 by operation.

import type {
  BindFault,
  DirectoryFault,
  RequestResult,
  SearchFaultReason,
  ServiceBindFault,
} from '../../../functions/shared/reasons/directories.ts';
import type { OutboundFault } from '../../../functions/shared/reasons/outages.ts';
import { type Explained, type Explanation, without, withPrefix } from './explanation.ts';

export const DIRECTORY_FAULTS: Explained<Exclude<DirectoryFault, OutboundFault>> = {
  'start-tls-refused': {
    meaning: 'The directory server does not begin TLS on a plain connection (StartTLS); `cause` has its result code.',
    change: 'Set a certificate up on the directory server, or use an ldaps:// URL.',
  },
  'connection-lost': {
    meaning: 'The directory server closed the connection before it answered.',
    change: 'Look at the log of the directory server, and at idle limits of firewalls and load balancers on the way.',
  },
  'malformed-answer': {
    meaning: 'What the server sent is no LDAP, or an answer to something that was not asked.',
    change: 'Check host and port of the URL: another service may listen there, or TLS where none is expected.',
  },
  'too-many-logins': {
    meaning: 'All 16 connections to this server were in use for as long as the login could wait.',
    change: 'Look why the directory answers slowly, or add a server to urls of the entry.',
  },
  'operations-error': {
    meaning: 'The directory says operationsError. Active Directory does so where a search comes without a bind.',
    change: 'Give the userstore entry a secretId with bindDn and bindPassword.',
  },
  'protocol-error': {
    meaning: 'The directory says protocolError: it does not understand the request.',
    change: 'Look at the log of the directory server.',
  },
  'time-limit-exceeded': {
    meaning: 'The directory gave up the search because it took too long.',
    change: 'Index the attributes of userSearchFilter in the directory, or make userSearchBase narrower.',
  },
  busy: { meaning: 'The directory says that it is too busy.', change: 'Look at the load of the directory server.' },
  unavailable: { meaning: 'The directory says that it is shutting down or not ready.', change: 'Look at the directory server.' },
  other: {
    meaning: 'The directory says that something is wrong with it, and not what (result code 80).',
    change: 'Look at the log of the directory server.',
  },
};

/** How a sentence about a result code begins. */
type Told = (what: string) => string;

function explainResults(told: Told): Explained<RequestResult> {
  const say = (what: string, change: string): Explanation => ({ meaning: told(what), change });
  const askAdministrators = 'An administrator of the directory has to look at its log.';
  return {
    'size-limit-exceeded': say(
      'sizeLimitExceeded: more entries than it returns',
      'Make userSearchBase, userSearchFilter or groups.filter of the userstore entry narrower.',
    ),
    'auth-method-not-supported': say(
      'authMethodNotSupported',
      'Allow simple binds in the directory, or SASL EXTERNAL for a client certificate.',
    ),
    'stronger-auth-required': say(
      'strongerAuthRequired: it wants TLS or a signed connection',
      'Use an ldaps:// URL or startTls in the userstore entry.',
    ),
    referral: say(
      'referral: what was asked lies on another server, which is never followed to',
      'Write the URL of that server, or of a global catalogue, into urls of the userstore entry.',
    ),
    'admin-limit-exceeded': say(
      'adminLimitExceeded',
      'Index the attributes of the filter in the directory, or raise the limit of the service account.',
    ),
    'confidentiality-required': say('confidentialityRequired: it wants TLS', 'Use an ldaps:// URL or startTls in the userstore entry.'),
    'constraint-violation': say('constraintViolation: mostly an account that was locked', 'Have the account unlocked in the directory.'),
    'no-such-object': say('noSuchObject', 'Check userSearchBase, groups.base and bindDn: what they name is not in the directory.'),
    'invalid-dn-syntax': say('invalidDNSyntax', 'Check userSearchBase, groups.base and bindDn: one of them is no distinguished name.'),
    'inappropriate-authentication': say(
      'inappropriateAuthentication: that entry has no password',
      'Set a password for the account in the directory.',
    ),
    'invalid-credentials': say('invalidCredentials', 'Check bindDn and bindPassword in the store’s secret.'),
    'insufficient-access-rights': say(
      'insufficientAccessRights',
      'Let the store’s service account read what userSearchBase and groups.base lie over.',
    ),
    'unwilling-to-perform': say('unwillingToPerform', askAdministrators),
    'unnamed-result': say('a result code that has no word here; `cause` has the number', askAdministrators),
  };
}

export const SEARCH_FAULTS: Explained<SearchFaultReason> = withPrefix(
  'search-',
  explainResults((what) => `The directory answered a search with ${what}.`),
);

/** Those that are left out say something of the user, and are refusals. */
export const BIND_FAULTS: Explained<BindFault> = withPrefix(
  'bind-',
  without(
    explainResults((what) => `The directory answered the user’s bind with ${what}. That says neither yes nor no of the password.`),
    'constraint-violation',
    'no-such-object',
    'inappropriate-authentication',
    'invalid-credentials',
  ),
);

export const SERVICE_BIND_FAULTS: Explained<ServiceBindFault> = {
  ...withPrefix(
    'service-bind-',
    without(
      explainResults((what) => `The directory answered the bind of the store itself with ${what}.`),
      'invalid-credentials',
    ),
  ),
  'service-bind-refused': {
    meaning: 'The directory does not take the name and password of the store itself, nor those that the secret had before.',
    change:
      'Check bindDn and bindPassword in the secret that secretId of the userstore entry names. Wrong ones are tried ever more rarely, lest the account be locked.',
  },
};
