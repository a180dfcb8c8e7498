/**
 * `npm run truth -- -c path/to/sqlc.yaml --server URL --seeds N`: the truth test on any project.
 * Exits 1 where a generated function lies, does not compile, or where the project does not.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { CompileError } from '../src/diagnostic.js';
import { loadConfig } from '../src/config/load.js';
import { formatReport, lied, type Report } from '../test/truth/run/report.js';
import { runTruth } from '../test/truth/truth.js';

interface Arguments {
  readonly config: string;
  readonly server: string;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly seedsPerFill: number;
  readonly json?: string;
  readonly verbose?: boolean;
}

const command = new Command('truth')
  .description('Holds generated functions against a server: no value may fall outside of its declared type.')
  .option('-c, --config <file>', 'the configuration', 'sqlc.yaml')
  .requiredOption('--server <url>', 'a superuser of a PostgreSQL server; its databases are left alone')
  .option('--seeds <count>', 'how often every function gets new arguments', count, 20)
  .option('--first-seed <seed>', 'where to begin, to repeat what a report says', count, 1)
  .option('--seeds-per-fill <count>', 'how many seeds share one filling of the tables', count, 20)
  .option('--json <file>', 'writes the reports there')
  .option('--verbose', 'every refusal and every needless null')
  .parse();

process.exitCode = await main(command.opts<Arguments>());

async function main(given: Arguments): Promise<number> {
  try {
    const config = loadConfig({
      path: given.config,
      text: await readFile(given.config, 'utf8'),
      environment: process.env,
      databaseUrl: given.server,
      out: 'generated',
    });
    const reports: Report[] = [];
    for (const project of config.projects) {
      const report = await runTruth({
        serverUrl: given.server,
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
