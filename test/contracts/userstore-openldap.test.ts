// The contract of userstores against OpenLDAP, over plain connections, StartTLS and ldaps.

import { OPENLDAP } from '../support/directories/openldap.ts';
import { directoryContract } from './userstore-directory.ts';

directoryContract(OPENLDAP);
