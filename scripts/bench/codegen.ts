/**
 * `npm run bench:codegen`: from the command line to written files, for projects of several sizes,
 * sqlward beside pgtyped's command line on the same server; then sqlward on its embedded database,
 * one edited query in watch mode, and how long `tsc` takes over what both wrote.
 *
 * `--sizes 50,500,2000` and `--runs 3` set how much is measured; `--json FILE` writes the rows.
 * A row's `ratio` is to sqlward on the same server, of the same size and metric.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startServer } from '../../test/support/server.js';
import { ended, measure, median, start, type Measured, type NodeProgram } from './codegen/measure.js';
import { writeProject, type GeneratedProject } from './codegen/project.js';
import { measureEdits } from './codegen/watch-edit.js';

interface Row {
  readonly name: string;
  readonly variant: string;
  readonly metric: 'time' | 'cpu' | 'memory';
  readonly median: number;
  readonly unit: 'ms' | 'MB';
  readonly ratio: number;
}

const { values: flags } = parseArgs({
  options: { sizes: { type: 'string', default: '50,500,2000' }, runs: { type: 'string', default: '3' }, json: { type: 'string' } },
});
const sizes = flags.sizes.split(',').map(Number);
const runs = Number(flags.runs);

const root = join(import.meta.dirname, '..', '..');
const CLI = join(root, 'dist', 'cli', 'sqlward.js');
const PGTYPED = join(root, 'node_modules', '@pgtyped', 'cli', 'lib', 'index.js');
const TSC = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const rows: Row[] = [];

const METRICS = [
  { metric: 'time', unit: 'ms', of: (one: Measured) => one.milliseconds },
  { metric: 'cpu', unit: 'ms', of: (one: Measured) => one.cpuMilliseconds },
  { metric: 'memory', unit: 'MB', of: (one: Measured) => one.peakMegabytes },
] as const;

function record(name: string, variant: string, measured: readonly Measured[], reference: readonly Measured[] = measured): void {
  const cells = METRICS.map(({ metric, unit, of }) => {
    const value = median(measured.map(of));
    const ratio = value / median(reference.map(of));
    rows.push({ name, variant, metric, median: round(value), unit, ratio: round(ratio) });
    return `${`${value.toFixed(0)} ${unit}`.padStart(10)} ${`${ratio.toFixed(2)} ×`.padStart(8)}`;
  });
  print(name, variant, cells);
}

function recordTime(name: string, variant: string, milliseconds: readonly number[], reference: readonly Measured[]): void {
  const value = median(milliseconds);
  const ratio = value / median(reference.map((one) => one.milliseconds));
  rows.push({ name, variant, metric: 'time', median: round(value), unit: 'ms', ratio: round(ratio) });
  print(name, variant, [`${`${value.toFixed(0)} ms`.padStart(10)} ${`${ratio.toFixed(2)} ×`.padStart(8)}`]);
}

function print(name: string, variant: string, cells: readonly string[]): void {
  console.log(`  ${name.padEnd(22)} ${variant.padEnd(26)} ${cells.join('  ')}`.trimEnd());
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

async function benchSize(serverUrl: string, folder: string, queries: number): Promise<void> {
  const project = await writeProject(join(folder, String(queries)), queries);
  const database = `sqlward_bench_${process.pid}_${queries}`;
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  await sql(serverUrl, `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`);
  try {
    await sql(url.href, project.schema);
    await benchProject(project, url.href);
  } finally {
    await sql(serverUrl, `DROP DATABASE ${database} WITH (FORCE)`);
  }
}

async function benchProject(project: GeneratedProject, url: string): Promise<void> {
  const name = `${project.queries} queries`;
  const cwd = join(project.folder, 'sqlc');
  const sqlward = (...args: string[]): NodeProgram => ({ script: CLI, args: ['generate', ...args], cwd });
  const native = sqlward('--database', url);
  const pgtyped: NodeProgram = {
    script: PGTYPED,
    args: ['--config', join(project.folder, 'pgtyped', 'config.json')],
    cwd: root,
    environment: { DATABASE_URL: url },
  };

  // Interleaved, so that what else the machine does meets both alike.
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    await rm(join(cwd, 'generated'), { recursive: true, force: true });
    ours.push(await measure(native));
    // Its runs over thousands of queries take minutes, and hardly differ.
    if (run === 0 || project.queries <= 500) theirs.push(await measure(pgtyped));
  }
  record(name, 'sqlward, server', ours);
  record(name, 'pgtyped, server', theirs, ours);

  const cache = join(cwd, 'node_modules', '.cache');
  const cold: Measured[] = [];
  const warm: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    await rm(cache, { recursive: true, force: true });
    // Its presence is what makes the command line keep its cache here.
    await mkdir(cache, { recursive: true });
    cold.push(await measure(sqlward()));
    warm.push(await measure(sqlward()));
  }
  record(name, 'sqlward, embedded, cold', cold, ours);
  record(name, 'sqlward, embedded, warm', warm, ours);

  const edits = await measureEdits(sqlward('--watch', '--database', url), project.firstFile, join(cwd, 'generated', 'item_001.ts'), 10);
  recordTime(name, 'sqlward, one edit in watch', edits, ours);

  await ended(start(native));
  const oursChecked = [await measure(await tsc(project, 'sqlc/generated'))];
  record(`tsc over ${name}`, 'sqlward', oursChecked);
  record(`tsc over ${name}`, 'pgtyped', [await measure(await tsc(project, 'pgtyped'))], oursChecked);
}

/** The strict check of an output, each against its own run time's types. */
async function tsc(project: GeneratedProject, output: string): Promise<NodeProgram> {
  const file = join(project.folder, `tsconfig.${output.replaceAll('/', '.')}.json`);
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2023'],
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    baseUrl: project.folder,
    paths: {
      'sqlward/runtime': [join(root, 'dist', 'sqlward', 'runtime.d.ts')],
      '@pgtyped/runtime': [join(root, 'node_modules', '@pgtyped', 'runtime', 'lib', 'index.d.ts')],
    },
  };
  await writeFile(file, JSON.stringify({ compilerOptions, include: [`${output}/**/*.ts`] }));
  await writeFile(join(project.folder, 'package.json'), '{"type":"module"}');
  return { script: TSC, args: ['-p', file], cwd: project.folder };
}

async function sql(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

await ended(start({ script: join(root, 'scripts', 'build.ts'), args: [], cwd: root }, ['--import', 'tsx']));
const server = await startServer();
const folder = await mkdtemp(join(tmpdir(), 'sqlward-bench-codegen-'));
console.log(`on ${server.label}, Node ${process.version}\n`);
print(
  '',
  '',
  ['time', 'processor', 'memory'].map((title) => title.padStart(19)),
);
try {
  for (const size of sizes) await benchSize(server.url, folder, size);
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}
if (flags.json !== undefined) await writeFile(flags.json, `${JSON.stringify(rows, undefined, 2)}\n`);
