/** A small project on disk, and the command line run over it as a user runs it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DiskProject {
  readonly folder: string;
  put(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** The files of a folder with their texts, or nothing where there is none. */
  files(folder: string): Promise<Readonly<Record<string, string>>>;
  /** Runs the command line in the project's folder. */
  run(...args: string[]): Promise<Run>;
  /** As `run()`, and shows what is printed on stdout while it goes on. */
  watch(see: (output: string) => void): Promise<Run>;
  drop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..');
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** @param serverUrl where scratch databases are made */
export async function makeProject(serverUrl: string, files: Readonly<Record<string, string>>, entry = ''): Promise<DiskProject> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-codegen-'));
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await put('sqlc.yaml', configuration(serverUrl, entry));
  for (const [path, text] of Object.entries(files)) await put(path, text);
  return {
    folder,
    put,
    remove: (path) => rm(join(folder, path), { recursive: true }),
    async files(name) {
      const names = await readdir(join(folder, name)).catch(() => []);
      return Object.fromEntries(await Promise.all(names.map(async (file) => [file, await readFile(join(folder, name, file), 'utf8')] as const)));
    },
    run: (...args) => runCommand(folder, args),
    watch: (see) => runCommand(folder, [], see),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
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

function runCommand(folder: string, args: readonly string[], see?: (output: string) => void): Promise<Run> {
  // The environment of the run must not choose another database.
  const { DATABASE_URL: _, ...environment } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', TSX, join(ROOT, 'src', 'cli', 'bin.ts'), ...args],
      { cwd: folder, env: { ...environment, TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') }, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
      },
    );
    child.stdout?.on('data', (output: string) => see?.(output));
  });
}
