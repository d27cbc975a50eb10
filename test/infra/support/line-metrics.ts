// Metrics that CloudWatch would take from a line of the log, by the metric filters of a template.

import assert from 'node:assert/strict';
import type { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, textOf } from './synthesise-stack.ts';

interface MetricFilter {
  readonly FilterPattern: string;
  readonly LogGroupName: unknown;
  readonly MetricTransformations: readonly {
    readonly MetricName: string;
    readonly MetricNamespace: string;
    readonly MetricValue: string;
    readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
  }[];
}

export const filtersOf = (of: Template) =>
  resourcesOf(of, 'AWS::Logs::MetricFilter').map(({ Properties }) => Properties as unknown as MetricFilter);

/** `name value {dimensions}` of every metric that CloudWatch would take from a line (its filter pattern syntax, as far as it is used). */
export function metricsOfLine(template: Template, logGroup: string, line: Readonly<Record<string, unknown>>): string[] {
  return filtersOf(template)
    .filter(({ LogGroupName }) => textOf(LogGroupName).includes(logGroup))
    .flatMap(({ FilterPattern, MetricTransformations: [transformation] }) => {
      const terms = [...FilterPattern.matchAll(/\$\.(\w+) (=|>=) ("[^"]*"|\d+)/g)];
      assert.ok(terms.length > 0, FilterPattern);
      const matches = terms.every(([, field = '', operator, value = '']) => {
        const found = line[field];
        // `"*"` stands for any text. Whether it does for a number, the guide does not say.
        if (value === '"*"') return typeof found === 'string';
        if (value.startsWith('"')) return found === value.slice(1, -1);
        return typeof found === 'number' && (operator === '=' ? found === Number(value) : found >= Number(value));
      });
      if (!matches || transformation === undefined) return [];
      const read = (value: string): string => (value.startsWith('$.') ? String(line[value.slice(2)]) : value);
      const dimensions = (transformation.Dimensions ?? []).map(({ Key, Value }) => `${Key}=${read(Value)}`).sort();
      return [`${transformation.MetricName} ${read(transformation.MetricValue)} {${dimensions.join(',')}}`];
    })
    .sort();
}
