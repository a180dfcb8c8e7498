#!/usr/bin/env node
/**
 * The command line: the only place that reads arguments and environment, writes files, prints, and
 * sets the exit code. 0 is success; 1 is any error, and for `check` any difference.
 */
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { CompileError } from '../diagnostic.js';
import { audit } from './audit.js';
import { check, generate } from './generate.js';
import { inspectProjects } from './inspect.js';
import { printError, printProblems } from './print.js';
import { closeAll, type CommonOptions } from './projects.js';
import { version } from './version.js';
import { watch } from './watch.js';

// A run takes seconds, which is less than the optimizing compiler takes for the WebAssembly in it:
// the embedded database and the parser run as the baseline compiler left them.
setFlagsFromString('--liftoff-only');

const program = new Command('sqlward')
  .description('Typed, authorized TypeScript functions from sqlc-style SQL files')
  .version(version())
  .option('-c, --config <file>', 'the configuration (default: sqlc.yaml, sqlc.yml or sqlc.json in this folder)')
  .option('-o, --out <folder>', "where generated files go, instead of the configuration's folder")
  .option('-d, --database <url>', 'the PostgreSQL to ask, instead of DATABASE_URL or the embedded one');

program
  .command('generate', { isDefault: true })
  .description('write the generated files')
  .option('-w, --watch', 'stay, and write again whenever a file changes')
  .option('-k, --keep-going', 'leave out the queries that have an error, write the rest, and still exit with 1')
  .action(async (options: { readonly watch?: boolean; readonly keepGoing?: boolean }) => {
    if (options.watch === true) await watch(common());
    else if (!(await generate(common(), options.keepGoing === true))) process.exitCode = 1;
  });

program
  .command('check')
  .description('exit with 1 and a diff where the generated files are not up to date')
  .action(async () => {
    if (!(await check(common()))) process.exitCode = 1;
  });

program
  .command('inspect')
  .description('print what the compiler knows of every query, as JSON')
  .option('--json', 'the only format there is; accepted so that scripts can say what they expect')
  .action(async () => {
    if (!(await inspectProjects(common()))) process.exitCode = 1;
  });

program
  .command('audit')
  .description('list every query with its tables and its guard')
  .option('--json', 'as JSON instead of a table')
  .action(async (options: { readonly json?: boolean }) => audit(common(), options.json === true));

function common(): CommonOptions {
  return program.opts<CommonOptions>();
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
  process.once(signal, () => {
    // A scratch database must not outlive the run that made it.
    void closeAll().finally(() => process.exit(code));
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CompileError) printProblems(error.diagnostics);
  else printError(error);
  process.exitCode = 1;
} finally {
  await closeAll();
}

