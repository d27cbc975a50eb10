// A filter of the entry with a login's values in it, as objects of ldapts: values are bytes in their own element of the
// request, so there is nothing to escape and nothing to break out of (A02, A04).

import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts';
import { type FilterValue, hasPlaceholder, type LdapFilter } from '../../configuration/entries/ldap-filter.ts';

/** Placeholder → value. */
export type FilterValues = Readonly<Record<string, string>>;

export function buildFilter(filter: LdapFilter, values: FilterValues): Filter {
  switch (filter.kind) {
    case 'and':
      return new AndFilter({ filters: filter.filters.map((inner) => buildFilter(inner, values)) });
    case 'or':
      return new OrFilter({ filters: filter.filters.map((inner) => buildFilter(inner, values)) });
    case 'not':
      return new NotFilter({ filter: buildFilter(filter.filter, values) });
    case 'present':
      return new PresenceFilter({ attribute: filter.attribute });
    case 'equal':
      return new EqualityFilter({ attribute: filter.attribute, value: fillValue(filter.value, values) });
    case 'greater':
      return new GreaterThanEqualsFilter({ attribute: filter.attribute, value: fillValue(filter.value, values).toString('utf8') });
    case 'less':
      return new LessThanEqualsFilter({ attribute: filter.attribute, value: fillValue(filter.value, values).toString('utf8') });
    case 'approx':
      return new ApproximateFilter({ attribute: filter.attribute, value: fillValue(filter.value, values).toString('utf8') });
    case 'substrings': {
      const [initial = '', ...rest] = filter.parts.map((part) => fillValue(part, values).toString('utf8'));
      const final = rest.pop() ?? '';
      return new SubstringFilter({ attribute: filter.attribute, initial, any: rest.filter((part) => part !== ''), final });
    }
    case 'extensible':
      return new ExtensibleFilter({
        matchType: filter.attribute,
        rule: filter.rule,
        dnAttributes: filter.dn,
        value: fillValue(filter.value, values).toString('utf8'),
      });
  }
}

/** The bytes that an attribute is compared with. */
export function fillValue(value: FilterValue, values: FilterValues): Buffer {
  return Buffer.concat(value.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(values[part.placeholder] ?? '', 'utf8'))));
}

/**
 * The filter without the name: what it compares with the name need only be there. So a user who is looked up by id
 * must still be one whom the operator lets log in.
 */
export function withoutName(filter: LdapFilter): LdapFilter {
  if (filter.kind === 'and' || filter.kind === 'or') return { ...filter, filters: filter.filters.map(withoutName) };
  if (filter.kind === 'not') return { ...filter, filter: withoutName(filter.filter) };
  return filter.kind === 'equal' && hasPlaceholder(filter, 'username') ? { kind: 'present', attribute: filter.attribute } : filter;
}
