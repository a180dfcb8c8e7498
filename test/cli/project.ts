/** A small project on disk, and the command line run over it: in this process, or as one of its own. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main } from '../../src/cli/main.js';
import { makeDisk, type Disk } from '../support/disk.js';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DiskProject extends Disk {
  /** Runs the command line in the project's folder. */
  run(...args: string[]): Promise<Run>;
  /** As `run`, and shows what is printed while it goes on; `interrupted` ends it. */
  runSeen(args: readonly string[], options: SeenOptions): Promise<Run>;
  /** As `run`, in a process of its own: for what only a process has. */
  spawn(...args: string[]): Promise<Run>;
}

export interface SeenOptions {
  readonly see?: (output: string) => void;
  readonly interrupted?: AbortSignal;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Relative to the project's folder. */
  readonly cwd?: string;
}

const ROOT = join(import.meta.dirname, '..', '..');
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
export const BIN = ['--import', TSX, join(ROOT, 'src', 'cli', 'bin.ts')] as const;

/** @param serverUrl where scratch databases are made */
export async function makeProject(serverUrl: string, files: Readonly<Record<string, string>>, entry = ''): Promise<DiskProject> {
  const disk = await makeDisk({ 'sqlc.yaml': configuration(serverUrl, entry), ...files });
  return {
    ...disk,
    runSeen: (args, options) => runIn(disk.folder, args, options),
    run: (...args) => runIn(disk.folder, args),
    spawn: (...args) => spawnCommand(disk.folder, args),
  };
}

/** Runs the command line in a folder, in this process. */
export async function runIn(folder: string, args: readonly string[], options: SeenOptions = {}): Promise<Run> {
  const { see, interrupted = new AbortController().signal, environment = {}, cwd = '.' } = options;
  const printed = { stdout: '', stderr: '' };
  const collect = (stream: keyof typeof printed) => ({
    write(text: string): void {
      printed[stream] += text;
      see?.(text);
    },
  });
  const code = await main(args, {
    cwd: join(folder, cwd),
    environment: { ...cleanEnvironment(), ...environment },
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    interrupted,
  });
  return { code, ...printed };
}

export function configuration(serverUrl: string, entry = ''): string {
  return `version: "2"
servers:
  - engine: postgresql
    uri: ${JSON.stringify(serverUrl)}
sql:
  - engine: postgresql
    schema: schema.sql
    queries: queries
    database:
      managed: true
    codegen:
      - plugin: sqlward
        out: generated
${entry}`;
}

/** The environment of the run must choose no database, and ask for no colour. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, FORCE_COLOR: __, ...environment } = process.env;
  return environment;
}

function spawnCommand(folder: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...BIN, ...args],
      { cwd: folder, env: { ...cleanEnvironment(), TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') }, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
      },
    );
  });
}
