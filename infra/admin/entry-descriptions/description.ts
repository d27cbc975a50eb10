// How the attributes of entries are described: in a table beside the schemas, whose type follows them, so that an
// attribute without a description does not compile. Not in the schemas themselves, which every cold start reads.

import type { GenericSchema } from 'valibot';

/** The schema of what an attribute holds: behind defaults, and of the items of lists and maps. */
type Inside<S> = S extends { readonly wrapped: infer W }
  ? Inside<W>
  : S extends { readonly item: infer I }
    ? Inside<I>
    : S extends { readonly type: 'record'; readonly value: infer V }
      ? Inside<V>
      : S extends { readonly options: readonly (infer O)[] }
        ? Inside<O>
        : S;

type ObjectInside<S> = Extract<Inside<S>, { readonly entries: object }>;

/**
 * Plain text with units, and what absence means where there is no default; or with it, the descriptions of what is inside.
 * Defaults and limits are the schema's to say.
 */
type Description<S> = [ObjectInside<S>] extends [never] ? string : readonly [string, Descriptions<S>];

/** One for each attribute of a schema of objects. */
export type Descriptions<S> =
  ObjectInside<S> extends { readonly entries: infer E } ? { readonly [K in keyof E]: Description<E[K]> } : never;

/** The option of a variant, by the value of its `type`. */
export type OptionOf<S extends GenericSchema, T extends string> = S extends { readonly options: readonly (infer O)[] }
  ? Extract<O, { readonly entries: { readonly type: { readonly literal: T } } }>
  : never;

/** A table, as code that knows nothing of its schema reads it. */
export interface DescriptionTable {
  readonly [name: string]: string | readonly [string, DescriptionTable];
}
