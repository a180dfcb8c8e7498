/**
 * `npm run test:ecosystem [PART OF A NAME …]`: the packages, packed as for publication, in a fresh
 * project of every kind that services have. Each is installed from npm, generated, built, and run on
 * a real PostgreSQL, two at a time; every one of them is a line of the table at the end.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../support/server.js';
import { packAll, type PackedPackages } from '../pack.js';
import { ANSWER, CONFIGURATION, programFiles, QUERIES, SCHEMA, type Cell } from './cell.js';
import { CELLS } from './cells.js';
import { Folder } from './project.js';
import { runTwoDrivers, TWO_DRIVERS } from './two-drivers.js';

const AT_ONCE = 2;
const COMMAND_ENDS_WITHIN_MS = 240_000;

export interface Ground {
  readonly packed: PackedPackages;
  /** Where `@sqlward/cli` is installed. */
  readonly compiler: Folder;
  readonly databaseUrl: string;
}

interface Row {
  readonly name: string;
  readonly run: (ground: Ground) => Promise<void>;
}

const ROWS: readonly Row[] = [
  ...CELLS.map((cell) => ({ name: cell.name, run: (ground: Ground) => runCell(cell, ground) })),
  { name: TWO_DRIVERS, run: runTwoDrivers },
];

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly problem: string | undefined;
}

async function runCell(cell: Cell, { packed, compiler, databaseUrl }: Ground): Promise<void> {
  const folder = await Folder.make();
  try {
    await folder.write({
      'package.json': JSON.stringify({ name: 'service', version: '1.0.0', private: true, ...cell.manifest }),
      'sqlc.yaml': CONFIGURATION,
      'schema.sql': SCHEMA,
      'queries.sql': QUERIES,
      ...programFiles(cell.extension),
      ...cell.files,
    });
    await folder.install([packed.sqlward.archive, 'pg@8', ...cell.packages]);
    const said = await compiler.run(
      ['sqlward', 'generate', '--config', join(folder.path, 'sqlc.yaml'), '--database', databaseUrl],
      COMMAND_ENDS_WITHIN_MS,
    );
    if (!said.includes(`import_extension: ${cell.extension} (`)) throw new Error(`generate did not find ${cell.extension}:\n${said}`);
    const answers: string[] = [];
    for (const command of cell.commands) {
      answers.push(await folder.run(command, COMMAND_ENDS_WITHIN_MS, { DATABASE_URL: databaseUrl, ...cell.environment }));
    }
    if (answers.at(-1)?.includes(ANSWER) !== true) throw new Error(`the program did not print ${ANSWER}:\n${answers.join('\n')}`);
  } finally {
    await folder.remove();
  }
}

async function timed({ name, run }: Row, ground: Ground): Promise<Result> {
  const started = performance.now();
  const problem = await run(ground).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const result = { name, seconds: (performance.now() - started) / 1000, problem };
  console.log(line(result));
  if (problem !== undefined) console.log(problem.replaceAll(/^/gm, '    '));
  return result;
}

function line({ name, seconds, problem }: Result): string {
  return `${problem === undefined ? 'passed' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}`;
}

async function runAll(rows: readonly Row[]): Promise<readonly Result[]> {
  const archives = await mkdtemp(join(tmpdir(), 'sqlward-archives-'));
  const server = await startServer();
  const compiler = await Folder.make();
  try {
    const packed = await packAll(archives);
    await compiler.write({ 'package.json': JSON.stringify({ name: 'compiler', private: true }) });
    await compiler.install([packed.cli.archive]);
    const databaseUrl = server.url;
    await compiler.write({
      'schema.mjs': `import pg from 'pg';\nconst client = new pg.Client(process.argv[2]);\nawait client.connect();\nawait client.query(process.argv[3]);\nawait client.end();\n`,
    });
    await compiler.run(
      ['node', 'schema.mjs', databaseUrl, `DROP TABLE IF EXISTS notes; DROP TYPE IF EXISTS mood; ${SCHEMA}`],
      COMMAND_ENDS_WITHIN_MS,
    );
    const waiting = [...rows];
    const results: Result[] = [];
    const work = async (): Promise<void> => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift())
        results.push(await timed(row, { packed, compiler, databaseUrl }));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return results;
  } finally {
    await compiler.remove();
    await server.stop();
    await rm(archives, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
const rows = ROWS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())));
if (rows.length === 0)
  throw new Error(`no row has ${wanted.join(' or ')} in its name; the rows are ${ROWS.map(({ name }) => name).join('; ')}`);
const started = performance.now();
const results = await runAll(rows);
console.log(`\n${results.map(line).join('\n')}`);
const failed = results.filter(({ problem }) => problem !== undefined).length;
console.log(`ecosystem: ${results.length - failed} passed, ${failed} failed, in ${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = failed === 0 && results.length === rows.length ? 0 : 1;
