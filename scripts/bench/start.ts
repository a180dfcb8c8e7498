/**
 * `npm run bench:start`: what a service pays at its start for importing the package's main entry,
 * over importing `pg` alone, beside the peers. Each import is measured in a fresh process, in turns.
 *
 * Measures what `npm run build` wrote. `--runs N` sets how often; `--json FILE` writes the figures: a
 * row's ratio is to `pg` alone.
 */
import { execFile } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { table, writeRows, type BenchRow } from './rows.js';
import { figure } from './runtime/sampling.js';
import { PROGRAM } from './start/program.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const ENTRY = join(root, 'dist', 'sqlward', 'index.mjs');

/** Milliseconds that the main entry may take over `pg` alone. */
const BAR = 8;

/** What a service with that library imports, after `pg` where it needs that. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  pg: ['pg'],
  sqlward: ['pg', ENTRY],
  pgtyped: ['pg', '@pgtyped/runtime'],
  kysely: ['pg', 'kysely'],
  drizzle: ['pg', 'drizzle-orm/node-postgres', 'drizzle-orm/pg-core'],
  postgres: ['postgres'],
};

interface Start {
  readonly milliseconds: number;
  /** Milliseconds of CPU time, of all threads: compilation runs beside the main one. */
  readonly cpu: number;
  /** The files that were loaded, Node's own left out. */
  readonly files: readonly string[];
}

const { values: flags } = parseArgs({ options: { runs: { type: 'string', default: '21' }, json: { type: 'string' } } });
const runs = Number(flags.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a number from 1 on');
await access(ENTRY).catch(() => {
  throw new Error(`${ENTRY} is not there; npm run build makes it`);
});

const starts = new Map<string, Start[]>(Object.keys(VARIANTS).map((variant) => [variant, []]));
// The first turn only fills the disk's cache.
for (let turn = -1; turn < runs; turn++) {
  for (const [variant, specifiers] of Object.entries(VARIANTS)) {
    const measured = await start(specifiers, false);
    if (turn >= 0) starts.get(variant)?.push(measured);
  }
}

const alone = { time: medianOf('pg', 'milliseconds'), cpu: medianOf('pg', 'cpu') };
const rows: BenchRow[] = [];
const lines: string[][] = [['', 'import', 'over pg alone', 'CPU', 'over pg alone', 'loaded', 'files']];
const own = (await start(['pg'], true)).files;
for (const [variant, specifiers] of Object.entries(VARIANTS)) {
  const time = medianOf(variant, 'milliseconds');
  const cpu = medianOf(variant, 'cpu');
  const files = (await start(specifiers, true)).files.filter((file) => variant === 'pg' || !own.includes(file));
  const bytes = await sizeOf(files);
  const isOver = variant !== 'pg' && variant !== 'postgres';
  const over = (value: number): string => (isOver ? `${value.toFixed(1)} ms` : '');
  lines.push([
    variant,
    `${time.toFixed(1)} ms`,
    over(time - alone.time),
    `${cpu.toFixed(1)} ms`,
    over(cpu - alone.cpu),
    `${(bytes / 1000).toFixed(0)} kB`,
    String(files.length),
  ]);
  rows.push({ name: 'start', variant, metric: 'import', median: time, unit: 'ms', ratio: time / alone.time });
  rows.push({ name: 'start', variant, metric: 'cpu', median: cpu, unit: 'ms', ratio: cpu / alone.cpu });
  if (isOver)
    rows.push({
      name: 'start',
      variant,
      metric: 'import over pg',
      median: time - alone.time,
      unit: 'ms',
      ratio: (time - alone.time) / alone.time,
    });
  rows.push({ name: 'start', variant, metric: 'loaded', median: bytes / 1000, unit: 'kB', ratio: bytes / (await sizeOf(own)) });
}
console.log(`Node ${process.version}; medians of ${runs} fresh processes each; the bar for sqlward over pg is ${BAR} ms\n`);
console.log(table(lines));
await writeRows(flags.json, rows);

function medianOf(variant: string, metric: 'milliseconds' | 'cpu'): number {
  return figure((starts.get(variant) ?? []).map((one) => one[metric])).median;
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A fresh process that imports one after the other. Watching which files are loaded takes time, so it is another run's job. */
async function start(specifiers: readonly string[], watch: boolean): Promise<Start> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', PROGRAM, watch ? 'watch' : 'time', ...specifiers], {
    cwd: root,
  });
  const { milliseconds, cpu, urls } = JSON.parse(stdout) as { milliseconds: number; cpu: number; urls: readonly string[] };
  return { milliseconds, cpu, files: [...new Set(urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url)))] };
}
