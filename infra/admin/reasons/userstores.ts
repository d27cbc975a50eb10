// Userstores that can't say whether they know a user.

import type { BindFault, DirectoryFault, SearchFaultReason, ServiceBindFault } from '../../../functions/shared/reasons/directories.ts';
import type { AwsOutage, OutboundFault } from '../../../functions/shared/reasons/outages.ts';
import type { StoreOutage } from '../../../functions/shared/reasons/userstores.ts';
import { BIND_FAULTS, DIRECTORY_FAULTS, SEARCH_FAULTS, SERVICE_BIND_FAULTS } from './directories.ts';
import type { Explained } from './explanation.ts';

type OwnOutage = Exclude<StoreOutage, OutboundFault | AwsOutage | DirectoryFault | SearchFaultReason | BindFault | ServiceBindFault>;

const OWN_OUTAGES: Explained<OwnOutage> = {
  'wrong-entry': {
    meaning:
      'The entry of a userstore, or of a tier by which requests are counted, is there and wrong. Nothing may answer in its place; the log line entry-refused says what is wrong.',
    change: 'Correct the entry, and check it with `gatehouse check`.',
  },
  'unsupported-type': {
    meaning: 'The store is of type lambda, and what asks it can call no functions.',
    change: 'Ask it through the deployed stack.',
  },
  'circuit-open': {
    meaning:
      'The store did not answer five times in a row, and is left alone for 10 seconds; then one login tries it. Where a password had been sent, only users count who have signed in before from where they are, and each of them once: nobody who guesses can cause it.',
    change: 'Look at the log lines before: they say why it does not answer.',
  },
  'search-base-unknown': {
    meaning: 'userSearchBase is empty, and the directory does not say in its root entry where its entries begin.',
    change: 'Write userSearchBase in the userstore entry.',
  },
  'bind-not-answered': {
    meaning: 'Two binds of this login got no answer. There is no third: each may count as a wrong password in the directory.',
    change: 'Look at the directory server and at what lies between.',
  },
  'password-change-not-answered': {
    meaning: 'A new password was sent to the directory, and no answer came: it may have been set. It is not sent again.',
    change: 'Let the user try the new password, then the old one. Look at the directory server and at what lies between.',
  },
  'no-dn': { meaning: 'The directory found the user, and sent no DN.', change: 'Let the store’s service account read the entry’s DN.' },
  'name-not-readable': {
    meaning: 'The directory found the user, and does not show the attribute that the name is in.',
    change: 'Let the store’s service account read the attributes of userSearchFilter.',
  },
  'unique-id-not-readable': {
    meaning: 'The directory found the user, and does not show uniqueIdAttribute, or more than one value of it.',
    change: 'Let the store’s service account read it, or name another attribute as uniqueIdAttribute.',
  },
  'credentials-refused': {
    meaning: 'The web service answered 401 or 403, which is about the store’s own credentials unless its entry says otherwise.',
    change: 'Check username and password in the secret; write the status under wrongPassword of the entry, if it is about the user’s.',
  },
  'error-reply': { meaning: 'The web service answered with a status of 500 or above.', change: 'Look at the log of the service.' },
  'unexpected-status': {
    meaning: 'The web service answered with a status that no condition of the entry names.',
    change: 'Write it under success, wrongPassword or unknownUser of the userstore entry.',
  },
  'other-user': {
    meaning: 'The reply names another user than was asked for.',
    change: 'Check username of the userstore entry: the path must lead to the name of the user who logs in.',
  },
  'no-username': {
    meaning:
      'There is no usable user name where the entry says that it is: usernameClaim of an issuer’s token, username of a store’s reply.',
    change: 'Correct usernameClaim of the issuer entry, or username of the userstore entry.',
  },
  'no-unique-id': {
    meaning: 'The reply has no id at the path that uniqueId of the userstore entry names.',
    change: 'Correct the path, or take uniqueId out of the entry.',
  },
  'secret-of-others': {
    meaning: 'secretId names a secret that does not lie below <stack>/tenants/<tenant>/: it may be another tenant’s.',
    change: 'Put the store’s secret there, and name it in the entry.',
  },
  'no-secret': {
    meaning: 'The secret that secretId names could not be read; `cause` says why.',
    change: 'Check that it is there, and that the function’s role may read and decrypt it.',
  },
  'bad-secret': {
    meaning:
      'The store’s secret is not what this type of store needs: no JSON object of texts, a name without a password, a certificate without its key.',
    change: 'Write it anew in Secrets Manager.',
  },
  'secret-of-another-service': {
    meaning: 'urls of the store’s secret do not list the service that the entry names: it is not sent there.',
    change: 'Add the URL to urls in the secret, if the entry is right.',
  },
  'secret-incomplete': {
    meaning:
      'The entry names a member {secret.NAME} that the secret does not have, in request, headers or lookup; or nothing in the secret is of use to the service. Within ten seconds it is read again.',
    change: 'Add the member to the secret.',
  },
  'secret-timeout': {
    meaning: 'Secrets Manager did not answer within the store’s time.',
    change: 'Look whether the function’s subnets reach Secrets Manager, by NAT or a VPC endpoint.',
  },
  'url-not-in-secret': {
    meaning:
      'urls of the store’s secret do not list the server that the entry names, or the connection would be plain: no password is sent there.',
    change: 'Add the URL to urls in the secret, if the entry is right; allowPlaintext has to stand there as well.',
  },
};

export const STORE_OUTAGES: Explained<Exclude<StoreOutage, OutboundFault | AwsOutage>> = {
  ...DIRECTORY_FAULTS,
  ...OWN_OUTAGES,
  ...SEARCH_FAULTS,
  ...BIND_FAULTS,
  ...SERVICE_BIND_FAULTS,
};
