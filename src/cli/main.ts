/** The command line inside a process: arguments to an exit code. 0 is success; 1 is any error, and for `check` any difference. */
import { Command, CommanderError, Option } from 'commander';
import { audit } from './audit.js';
import { check } from './check.js';
import { generate } from './generate.js';
import { init } from './init.js';
import { inspectProjects } from './inspect.js';
import type { Io } from './io.js';
import { FORMATS, Printer, type Format } from './printer.js';
import { Invocation, type CommonOptions } from './projects.js';
import { version } from './version.js';

interface GlobalOptions extends CommonOptions {
  readonly format: Format;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const KEEP_GOING = 'leave out the queries that have an error, go on with the rest, and still exit with 1';

/** What a command does; resolves to whether all is well. */
type Action = (run: Invocation) => Promise<boolean>;

/** What watches folders is loaded only to do so. */
async function watch(run: Invocation): Promise<true> {
  await (await import('./watch.js')).watch(run);
  return true;
}

/** @param args without the names of Node and of the script */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let chosen: { readonly action: Action; readonly printsDocument: boolean } | undefined;
  const program = describeProgram(io, (action, printsDocument = false) => (chosen = { action, printsDocument }));
  try {
    await program.parseAsync(namesCommand(program, args) ? args : ['generate', ...args], { from: 'user' });
  } catch (error) {
    // Commander has said what was wrong, or what was asked for.
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  if (chosen === undefined) return 0;
  const { format, quiet = false, verbose = false, ...options } = program.opts<GlobalOptions>();
  const printer = new Printer(io, { format, quiet, verbose, printsDocument: chosen.printsDocument });
  const run = new Invocation(options, io, printer);
  try {
    return (await Promise.race([chosen.action(run), interruption(io.interrupted)])) ? 0 : 1;
  } catch (error) {
    printer.failure(error);
    return 1;
  } finally {
    // A scratch database must not outlive the run that made it.
    await run.closeAll();
    printer.flush();
  }
}

function interruption(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}

function describeProgram(io: Io, choose: (action: Action, printsDocument?: boolean) => void): Command {
  const program = new Command('sqlward')
    .description('Typed, authorized TypeScript functions from sqlc-style SQL files')
    .version(version())
    .option('-c, --config <file>', 'the configuration (default: the nearest sqlc.yaml, sqlc.yml or sqlc.json)')
    .option('-o, --out <folder>', "where generated files go, instead of the configuration's folder")
    .option('-d, --database <url>', 'the PostgreSQL to ask, instead of DATABASE_URL or the embedded one')
    .addOption(
      new Option('-e, --embedded', 'ask the embedded PostgreSQL, whatever the configuration and DATABASE_URL say').conflicts('database'),
    )
    .addOption(new Option('-f, --format <format>', 'how problems are printed').choices(FORMATS).default('text'))
    .option('-q, --quiet', 'print problems and nothing else')
    .option('-v, --verbose', 'also print a line for each file')
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .exitOverride();
  const command = (name: string): Command => program.command(name).copyInheritedSettings(program);

  command('init')
    .description('write a configuration, a first query and scripts for the project in this folder')
    .action(() => choose((run) => init(run).then(() => true)));

  command('generate')
    .description('write the generated files; the command that runs where none is named')
    .option('-w, --watch', 'stay, and write again whenever a file changes')
    .option('-k, --keep-going', 'leave out the queries that have an error, write the rest, and still exit with 1')
    .action((options: { readonly watch?: boolean; readonly keepGoing?: boolean }) =>
      choose(options.watch === true ? watch : (run) => generate(run, options.keepGoing === true)),
    );

  command('check')
    .description('exit with 1 and a diff where the generated files are not up to date; with --database, also where that database differs')
    .option('-k, --keep-going', KEEP_GOING)
    .action(({ keepGoing }: { readonly keepGoing?: boolean }) => choose((run) => check(run, keepGoing === true)));

  command('inspect')
    .description('print what the compiler knows of every query, as JSON')
    .option('--json', 'the only format there is; accepted so that scripts can say what they expect')
    .option('-k, --keep-going', 'what inspect does anyway: it leaves out the queries that have an error, and exits with 1')
    .action(() => choose(inspectProjects, true));

  command('audit')
    .description('list every query with its tables and its guard')
    .option('--json', 'as JSON instead of a table')
    .option('-k, --keep-going', KEEP_GOING)
    .action((options: { readonly json?: boolean; readonly keepGoing?: boolean }) =>
      choose((run) => audit(run, options.json === true, options.keepGoing === true), true),
    );

  return program;
}

/** Whether the arguments name a command, or ask for help or the version, which belong to the program. */
function namesCommand(program: Command, args: readonly string[]): boolean {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--') return false;
    if (!arg.startsWith('-')) return true;
    if (['-h', '--help', '-V', '--version'].includes(arg)) return true;
    const option = program.options.find(({ short, long }) => arg === short || arg === long);
    if (option?.required === true) index++;
  }
  return false;
}
