/**
 * `npm run truth -- -c path/to/sqlc.yaml --server URL --seeds N`: the truth test on any project.
 * Exits 1 where a generated function lies, does not compile, or where the project does not.
 *
 * `npm run truth -- --random N`: N random queries over tables of its own, executed, and judged by
 * what the compiler says of them. Exits 1 where that was a lie.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { CompileError } from '../src/diagnostic.js';
import { loadConfig } from '../src/config/load.js';
import { readCatalog } from '../src/database/index.js';
import { openGround } from '../test/support/ground.js';
import { startServer } from '../test/support/server.js';
import { RANDOM_SCHEMA } from '../test/truth/random/generate.js';
import { formatTally, judgeRandom } from '../test/truth/random/judge.js';
import { formatReport, lied, type Report } from '../test/truth/run/report.js';
import { Scratch } from '../test/truth/run/scratch.js';
import { runTruth } from '../test/truth/truth.js';

interface Arguments {
  readonly config: string;
  readonly server?: string;
  readonly random?: number;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly seedsPerFill: number;
  readonly json?: string;
  readonly verbose?: boolean;
}

const command = new Command('truth')
  .description('Holds generated functions against a server: no value may fall outside of its declared type.')
  .option('-c, --config <file>', 'the configuration', 'sqlc.yaml')
  .option('--server <url>', 'a superuser of a PostgreSQL server; its databases are left alone. Without one, a server is started')
  .option('--random <count>', 'random queries instead of a project; seeds count from --first-seed', count)
  .option('--seeds <count>', 'how often every function gets new arguments', count, 20)
  .option('--first-seed <seed>', 'where to begin, to repeat what a report says', count, 1)
  .option('--seeds-per-fill <count>', 'how many seeds share one filling of the tables', count, 20)
  .option('--json <file>', 'writes the reports there')
  .option('--verbose', 'every refusal and every needless null')
  .parse();

const options = command.opts<Arguments>();
const server = options.server === undefined ? await startServer() : undefined;
try {
  const url = options.server ?? server?.url ?? '';
  process.exitCode = options.random === undefined ? await main(options, url) : await random(options.random, options.firstSeed, url);
} finally {
  await server?.stop();
}

async function random(queries: number, first: number, url: string): Promise<number> {
  const scratch = await Scratch.open(url);
  const database = await scratch.create();
  const ground = await openGround(database.url);
  try {
    await ground.client.query(RANDOM_SCHEMA);
    const filled = { ...ground, catalog: await readCatalog(ground.client) };
    const tally = await judgeRandom(filled, { first, count: queries, report: (so) => process.stderr.write(`${formatTally(so)}\n`) });
    console.log(formatTally(tally));
    for (const lie of tally.lies) console.log(`  ${lie}`);
    return tally.lies.length > 0 ? 1 : 0;
  } finally {
    await ground.close();
    await scratch.close();
  }
}

async function main(given: Arguments, url: string): Promise<number> {
  try {
    const config = loadConfig({
      path: given.config,
      text: await readFile(given.config, 'utf8'),
      environment: process.env,
      databaseUrl: url,
      out: 'generated',
    });
    const reports: Report[] = [];
    for (const project of config.projects) {
      const report = await runTruth({
        serverUrl: url,
        config,
        project,
        seeds: given.seeds,
        firstSeed: given.firstSeed,
        seedsPerFill: given.seedsPerFill,
        report: (line) => process.stderr.write(`${line}\n`),
      });
      reports.push(report);
      console.log(formatReport(report, given.verbose ?? false));
    }
    if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify(reports, bigintAsText, 2)}\n`);
    return reports.some(lied) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    return 1;
  }
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 up is wanted.');
  return number;
}
