/**
 * `npm run bench:runtime`: calls through sqlward, raw `pg`, pgtyped, Kysely, Drizzle, Prisma,
 * postgres.js and Bun's driver, each in a process of its own, interleaved in one run on one real PostgreSQL.
 *
 * `--rounds N` and `--only lookup,rows100` set how much is measured, `--variants pg,sqlward` what;
 * `--bulk` adds a batch of 10,000, a stream of a million rows and 64 callers at once. `--json FILE` writes
 * the figures, `--chart FILE` the chart; a run of everything also draws the one in `docs/`.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fill, openBenchDatabase } from './database.js';
import { table, writeRows, type BenchRow } from './rows.js';
import { CASE_NAMES, CASES, type CaseName } from './runtime/cases.js';
import { chart } from './runtime/chart.js';
import { benchBulk } from './runtime/bulk.js';
import { benchFilters, FILTER_BARS } from './runtime/filters.js';
import { installBun } from './runtime/bun/install.js';
import { installPrisma } from './runtime/prisma/install.js';
import { buildPrograms } from './runtime/programs.js';
import { sampleAll, Worker, type Measurement } from './runtime/sampling.js';

const BASELINE = 'pg';
const VARIANTS = [BASELINE, 'sqlward', 'prepared', 'pgtyped', 'kysely', 'drizzle', 'prisma', 'postgres', 'bun'];
const LOGS = 40_000;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    only: { type: 'string', default: CASE_NAMES.join(',') },
    variants: { type: 'string', default: VARIANTS.join(',') },
    /** Batches, streams and many callers too. */
    bulk: { type: 'boolean', default: false },
    json: { type: 'string' },
    chart: { type: 'string' },
  },
});
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1 on');
const only = flags.only.split(',');
const cases = CASE_NAMES.filter((name) => only.includes(name));
if (cases.length !== only.length) throw new Error(`--only takes some of ${CASE_NAMES.join(',')}`);
const variants = [BASELINE, ...flags.variants.split(',').filter((name) => name !== BASELINE)];
for (const name of variants) if (!VARIANTS.includes(name)) throw new Error(`--variants takes some of ${VARIANTS.join(',')}`);

await install('prisma', installPrisma);
const bun = await install('bun', installBun);

const programs = await buildPrograms();
const database = await openBenchDatabase();
const workers: Worker[] = [];
let measurements: Measurement[];
let bulk: BenchRow[] = [];
try {
  console.log(`on ${database.label}, Node ${process.version}`);
  await fill(database.url, LOGS);
  for (const variant of variants) {
    workers.push(await Worker.start(programs.worker, variant, database.url, variant === 'bun' ? bun : undefined));
  }
  measurements = await sampleAll(workers, { cases, rounds, baseline: BASELINE, onRound: progress });
  if (flags.bulk) bulk = await benchBulk(programs.turn, database.url, rounds);
} finally {
  await Promise.all(workers.map((worker) => worker.stop()));
  await database.close();
}
const filters = await benchFilters();

for (const metric of ['cpu', 'wall'] as const) {
  console.log(
    `\n${metric === 'cpu' ? "client CPU time a call, beside raw pg's" : 'wall time a call, beside raw pg’s'}: ratio, its quartiles, and µs\n`,
  );
  console.log(
    table([
      ['', ...cases.map((name) => CASES[name].title)],
      ...variants.map((variant) => [variant, ...cases.map((name) => cell(name, variant, metric))]),
    ]),
  );
}
console.log('\na filter, before anything is sent\n');
console.log(table(filters.map((row) => [row.name.slice('filter: '.length), `${row.median.toFixed(2)} µs`, `bar ${barOf(row)} µs`])));

const file =
  flags.chart ??
  (cases.length === CASE_NAMES.length && VARIANTS.every((one) => one === 'bun' || variants.includes(one))
    ? 'docs/bench-runtime.svg'
    : undefined);
if (file !== undefined) {
  await writeFile(
    file,
    chart(
      measurements,
      cases,
      BASELINE,
      `Node ${process.version}, one run of npm run bench:runtime; medians of ${rounds} interleaved rounds`,
    ),
  );
  console.log(`\nwrote ${file}`);
}
await writeRows(flags.json, [...measurements.flatMap(rowsOf), ...bulk, ...filters]);

/** What is not one of the project's dependencies; where npm cannot bring it, the run does without. */
async function install<Installed>(variant: string, by: () => Promise<Installed>): Promise<Installed | undefined> {
  if (!variants.includes(variant)) return undefined;
  console.log(`installing ${variant} into node_modules/.cache, if it is not there yet …`);
  try {
    return await by();
  } catch (error) {
    variants.splice(variants.indexOf(variant), 1);
    const { message } = error instanceof Error ? error : new Error(String(error));
    console.log(`  without ${variant}: ${message.split('\n').find((line) => line.includes('npm error')) ?? message}`);
    return undefined;
  }
}

function progress(round: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`}   `);
}

function cell(name: CaseName, variant: string, metric: 'cpu' | 'wall'): string {
  const found = measurements.find((one) => one.name === name && one.variant === variant);
  if (found === undefined) return '';
  const ratio = found[`${metric}Ratio`];
  return `${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)} ${ratio.high.toFixed(2)}] ${found[metric].median.toFixed(0).padStart(6)}`;
}

function rowsOf({ name, variant, cpu, wall, cpuRatio, wallRatio }: Measurement): BenchRow[] {
  return [
    { name, variant, metric: 'cpu', median: cpu.median, unit: 'µs', ratio: cpuRatio.median },
    { name, variant, metric: 'wall', median: wall.median, unit: 'µs', ratio: wallRatio.median },
  ];
}

function barOf(row: BenchRow): number {
  return Object.entries(FILTER_BARS).find(([name]) => row.name.endsWith(name))?.[1] ?? NaN;
}
