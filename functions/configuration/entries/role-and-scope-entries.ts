// `entry = "role#<name>"`, `"scope#<name>"` and `"tier#<name>"`: who may do what, and how often.

import * as v from 'valibot';
import { CONTROL_CHARACTERS } from '../../shared/control-characters.ts';
import { listOf, someString, text, whole } from './fields.ts';

/** A permission is a path; one that ends a segment earlier covers all below it. */
const permission = v.pipe(
  someString,
  v.regex(new RegExp(`^(/[^/${CONTROL_CHARACTERS}]{1,128}){1,16}$`, 'u'), 'a permission path such as /permission/admin/manage'),
);

export const permissions = listOf(permission, 200);

export const roleEntry = v.object({ permissions: v.optional(permissions, []) });

export const scopeEntry = v.object({
  permissions: v.optional(permissions, []),
  description: v.optional(text(1024)),
});

export const tierEntry = v.object({ requests: whole(1, 1_000_000_000), seconds: whole(1, 2_678_400) });

export type RoleEntry = v.InferOutput<typeof roleEntry>;
export type ScopeEntry = v.InferOutput<typeof scopeEntry>;
export type TierEntry = v.InferOutput<typeof tierEntry>;
