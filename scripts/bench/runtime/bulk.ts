/**
 * What one call at a time does not show: a batch, a stream, and many callers at once. Each contender is
 * a process of its own; they take turns, and every figure is the median of the rounds with its quartiles.
 */
import { fork } from 'node:child_process';
import type { BenchRow } from '../rows.js';
import { table } from '../rows.js';
import { BULK, type BulkCase } from './bulk/contenders.js';
import { figure, type Figure } from './sampling.js';

/** What one turn of a contender took. */
export interface BulkSample {
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
  /** Megabytes of memory at the peak, over those before the turn. */
  readonly memory: number;
}

export async function benchBulk(program: string, url: string, rounds: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, { title, contenders }] of Object.entries(BULK) as [BulkCase, (typeof BULK)[BulkCase]][]) {
    const samples = new Map<string, BulkSample[]>();
    for (let round = 0; round < rounds; round++) {
      for (const contender of Object.keys(contenders)) {
        const sample = await turn(program, [name, contender, url]);
        samples.set(contender, [...(samples.get(contender) ?? []), sample]);
      }
    }
    console.log(`\n${title}\n`);
    const baseline = samples.values().next().value ?? [];
    console.log(
      table([
        ['', 'wall', 'ms', 'CPU', 'memory'],
        ...[...samples].map(([contender, own]) => {
          const ratio = (metric: 'wall' | 'cpu'): Figure =>
            figure(own.map((one, round) => one[metric] / (baseline[round]?.[metric] ?? NaN)));
          const memory = figure(own.map((one) => one.memory));
          for (const metric of ['wall', 'cpu'] as const) {
            rows.push({
              name,
              variant: contender,
              metric,
              median: figure(own.map((one) => one[metric])).median,
              unit: 'ms',
              ratio: ratio(metric).median,
            });
          }
          rows.push({ name, variant: contender, metric: 'memory', median: memory.median, unit: 'MB', ratio: 1 });
          return [
            contender,
            shown(ratio('wall')),
            figure(own.map((one) => one.wall)).median.toFixed(0),
            shown(ratio('cpu')),
            `${memory.median.toFixed(0)} MB`,
          ];
        }),
      ]),
    );
  }
  return rows;
}

function shown({ median, low, high }: Figure): string {
  return `${median.toFixed(2)} [${low.toFixed(2)} ${high.toFixed(2)}]`;
}

/** A process for each turn, so that memory is the turn's own. */
function turn(program: string, task: readonly [name: BulkCase, contender: string, url: string]): Promise<BulkSample> {
  const child = fork(program, task, { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', (sample) => resolve(sample as BulkSample));
    child.once('exit', (code) => reject(new Error(`${task[1]} ended with ${code}`)));
  });
}
