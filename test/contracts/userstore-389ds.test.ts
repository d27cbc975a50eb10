// The contract of userstores against 389 Directory Server, over plain connections, StartTLS and ldaps.

import { DS389 } from '../support/directories/ds389.ts';
import { directoryContract } from './userstore-directory.ts';

directoryContract(DS389);
