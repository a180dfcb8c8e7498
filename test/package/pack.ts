/** The packages, built and packed by npm as for publication, and an empty project that installs them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const execute = promisify(execFile);
export const root = join(import.meta.dirname, '..', '..');

const packed = z.tuple([z.object({ filename: z.string(), unpackedSize: z.number(), files: z.array(z.object({ path: z.string() })) })]);

const ranges = z.record(z.string(), z.string()).optional();
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  homepage: z.string(),
  bugs: z.string(),
  repository: z.object({ url: z.string() }),
  dependencies: ranges,
  peerDependencies: ranges,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean() })).optional(),
});
export type Manifest = z.output<typeof manifest>;

export interface PackedPackage {
  /** The absolute path of the archive. */
  readonly archive: string;
  /** Bytes. */
  readonly unpackedSize: number;
  readonly files: readonly string[];
}

/** The packages, by their folders in `dist`. */
export const PACKAGES = ['sqlward', 'cli', 'connection-logs'] as const;
export type PackedPackages = Readonly<Record<(typeof PACKAGES)[number], PackedPackage>>;

/** Builds all of them, and packs each into `destination`. */
export async function packAll(destination: string): Promise<PackedPackages> {
  await run('npm', ['run', 'build'], root);
  const [sqlward, cli, connectionLogs] = await Promise.all(PACKAGES.map((folder) => pack(join(root, 'dist', folder), destination)));
  if (!sqlward || !cli || !connectionLogs) throw new Error('a package is missing');
  return { sqlward, cli, 'connection-logs': connectionLogs };
}

async function pack(folder: string, destination: string): Promise<PackedPackage> {
  const [found] = packed.parse(JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', destination], folder)));
  return { archive: join(destination, found.filename), unpackedSize: found.unpackedSize, files: found.files.map(({ path }) => path) };
}

export async function readManifest(path: string): Promise<Manifest> {
  return manifest.parse(JSON.parse(await readFile(path, 'utf8')));
}

export interface InstalledProject {
  readonly folder: string;
  /** A file of an installed package. */
  read(name: string, path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Runs a program in the project's folder; rejects, with what it printed, where it fails. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<string>;
  remove(): Promise<void>;
}

/** A folder with nothing but a manifest, into which npm installs the packages. */
export async function installProject(packages: readonly string[]): Promise<InstalledProject> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlward-package-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'service', private: true, type: 'module' }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], folder);
  return {
    folder,
    read: (name, path) => readFile(join(folder, 'node_modules', name, path), 'utf8'),
    write: (path, text) => writeFile(join(folder, path), text),
    run: (program, args, environment) => run(program, args, folder, environment),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function run(program: string, args: readonly string[], cwd: string, extra: Readonly<Record<string, string>> = {}): Promise<string> {
  // Neither the test runner's settings nor a database of the developer's may reach the project.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|INIT_CWD$|NODE_OPTIONS$|VITEST|NODE_ENV$|DATABASE_URL$|TEST_DATABASE_URL$)/.test(name),
    ),
  );
  try {
    const { stdout } = await execute(program, [...args], { cwd, env: { ...inherited, ...extra }, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const output =
      error instanceof Error && 'stdout' in error && 'stderr' in error ? `\n${String(error.stdout)}\n${String(error.stderr)}` : '';
    throw new Error(`${program} ${args.join(' ')} failed${output}`, { cause: error });
  }
}
