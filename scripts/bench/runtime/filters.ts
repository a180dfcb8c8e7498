/** What a filter costs before anything is sent, in this process: one made where it was made before, and one never seen. */
import { Bench } from 'tinybench';
import { authorize } from '../../../src/runtime/index.js';
import type { BenchRow } from '../rows.js';
import { uuid } from '../database.js';

/** Microseconds that each may take. */
export const FILTER_BARS = { 'template seen before': 3, 'text seen before': 3, 'new text of 200 characters': 30 } as const;

export async function benchFilters(): Promise<BenchRow[]> {
  const ids = [uuid('organization', 1), uuid('organization', 2)];
  const seen = condition(0);
  let n = 0;
  const bench = new Bench({ time: 500, warmupTime: 200 });
  const tasks: Readonly<Record<keyof typeof FILTER_BARS, () => void>> = {
    'template seen before': () => void authorize.sql`connection_logs.organization_id = ANY(${ids}::uuid[])`,
    'text seen before': () => void authorize.fromText(seen, []),
    'new text of 200 characters': () => void authorize.fromText(condition(++n), []),
  };
  for (const [name, task] of Object.entries(tasks)) bench.add(name, task);
  await bench.run();
  return bench.tasks.map((task): BenchRow => {
    const { result } = task;
    if (!('latency' in result)) throw new Error(`${task.name} was not measured`);
    return { name: `filter: ${task.name}`, variant: 'sqlward', metric: 'wall', median: result.latency.p50 * 1000, unit: 'µs', ratio: 1 };
  });
}

/** 200 characters of a compiled policy, never the same twice. */
function condition(n: number): string {
  const text = `(connection_logs.organization_id = ANY(ARRAY['${uuid('organization', n)}'::uuid, '${uuid('organization', n + 1)}'::uuid]) OR connection_logs.workspace_owner_id = '${uuid('user', n)}'::uuid)`;
  return text.padEnd(200).slice(0, Math.max(200, text.length));
}
