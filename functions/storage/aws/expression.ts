// Expressions of DynamoDB, with the names and values that they speak of.

import { attributesOf, type Plain } from './attribute-value.ts';

export type Item = { readonly [name: string]: Plain | undefined };

/** Names stand as `#name` and values as `:name` in the expressions, under their own names here, or a pair says what stands for one. */
export interface Expression {
  readonly condition?: string;
  readonly names: readonly (string | readonly [placeholder: string, name: string])[];
  readonly values?: Item;
}

/** As members of a call. */
export function inputOf({ condition, names, values }: Expression) {
  return {
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: Object.fromEntries(
      names.map((name) => (typeof name === 'string' ? [`#${name}`, name] : [`#${name[0]}`, name[1]])),
    ),
    ...(values !== undefined && {
      ExpressionAttributeValues: attributesOf(Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]))),
    }),
  };
}
