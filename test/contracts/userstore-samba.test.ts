// The contract of userstores against a Samba Active Directory domain controller, over StartTLS and ldaps.

import { SAMBA } from '../support/directories/samba.ts';
import { directoryContract } from './userstore-directory.ts';

directoryContract(SAMBA);
