// The reload rows of the bench: what a tenant with a thousand entries costs whenever they are read again, beside a tenant
// with ten.

import { CONFIGURATION_CACHE_MS } from '../../../functions/shared/environment.ts';
import { MEMORY_MB } from '../cost/months.ts';
import { PRICES } from '../cost/prices.ts';
import { TEN, THOUSAND } from '../growth/size.ts';
import type { Row } from '../row.ts';
import { figuresOf, type MeasuredWorld, prepare, RELOAD_CASES, type ReloadCase, type ReloadFigures, sampleAll } from './measure-reloads.ts';
import { openReloadWorld } from './reload-world.ts';

const COUNTS = { starts: 9, reloads: 60 } as const;
/** Of functions that are called all the time, so that each of them reads again as soon as it may. */
const INSTANCES = 20;
const MONTH_MS = 30 * 24 * 3600 * 1000;

export async function reloads(): Promise<{ readonly rows: readonly Row[]; readonly tables: readonly string[] }> {
  const worlds = [await openReloadWorld(TEN), await openReloadWorld(THOUSAND)] as const;
  try {
    const [small, large] = [await prepare(worlds[0]), await prepare(worlds[1])];
    await sampleAll([small, large], COUNTS);
    return { rows: RELOAD_CASES.flatMap((each) => rowsOf(each, small, large)), tables: [tableOf(small, large)] };
  } finally {
    for (const world of worlds) await world.close();
  }
}

function rowsOf(each: ReloadCase, small: MeasuredWorld, large: MeasuredWorld): readonly Row[] {
  const isBehind = each.settleMs > 0;
  const row = (what: string, aim: string, of: (measured: MeasuredWorld) => number, unit: string): Row => {
    const [ten, thousand] = [of(small), of(large)];
    const shown = (value: number) => `${value.toFixed(2)} ${unit}`;
    return { what: `reload, ${each.what}: ${what}`, limit: shown(ten), measured: shown(thousand), ratio: thousand / ten, aim };
  };
  return [
    row(isBehind ? 'request in front of it' : 'request that waits for it', '≤ 1.1', (m) => figuresOf(m, 'reload', each).ms, 'ms'),
    row('processor time', '–', (m) => figuresOf(m, 'reload', each).cpuMs, 'ms'),
    ...(isBehind ? [row('longest wait of another request', '–', (m) => figuresOf(m, 'reload', each).blockedMs, 'ms')] : []),
    row('read units', '–', (m) => figuresOf(m, 'reload', each).readUnits, 'units'),
  ];
}

function tableOf(small: MeasuredWorld, large: MeasuredWorld): string {
  const sizes = [
    ['10 entries', small],
    ['1,000 entries', large],
  ] as const;
  const lines = RELOAD_CASES.flatMap((each) =>
    (['first', 'warm', 'reload'] as const).flatMap((kind) =>
      sizes.map(([size, measured]) => {
        const figures = figuresOf(measured, kind, each);
        const month = kind === 'reload' ? monthOf(each, figures, figuresOf(measured, 'warm', each)) : '';
        const { ms, cpuMs, calls, readUnits, bytes } = figures;
        return [
          `${each.what}, ${NAMES[kind]}, ${size}`,
          ms.toFixed(1),
          cpuMs.toFixed(1),
          calls,
          readUnits,
          (bytes / 1000).toFixed(0),
          month,
        ];
      }),
    ),
  );
  const head = ['with DynamoDB 3 ms away', 'ms', 'CPU ms', 'calls', 'read units', 'kB', `${INSTANCES} instances, dollars a month`];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const NAMES = { first: 'first request', warm: 'no reload', reload: 'reload' } as const;

/** What the readings add to requests that are there anyway: units, and time of the function. */
function monthOf(each: ReloadCase, reload: ReloadFigures, warm: ReloadFigures): string {
  const millions = (INSTANCES * MONTH_MS) / CONFIGURATION_CACHE_MS / 1e6;
  const seconds = Math.max(0, reload.ms - warm.ms) / 1000;
  const units = reload.readUnits - warm.readUnits;
  const dollars = units * PRICES.readUnitsMillion + seconds * 1e6 * (MEMORY_MB[each.function] / 1024) * PRICES.lambdaGbSecond;
  return (dollars * millions).toFixed(2);
}
