/** From the arguments to open projects, and their end. */
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CompileError } from '../diagnostic.js';
import { type Config, CONFIG_NAMES, loadConfig, type Project } from '../config/index.js';
import { closeAllDatabases } from '../database/index.js';
import { openProject, type OpenProject } from '../project.js';

export interface CommonOptions {
  readonly config?: string;
  readonly out?: string;
  readonly database?: string;
}

const open = new Set<OpenProject>();

export async function readConfig(options: CommonOptions): Promise<Config> {
  const path = options.config ?? (await firstThere(CONFIG_NAMES));
  if (path === undefined) {
    throw new CompileError([
      {
        severity: 'error',
        message: `no ${CONFIG_NAMES.join(', ')} in ${process.cwd()}`,
        remedy: 'Run this in the folder that holds it, or name it with --config.',
      },
    ]);
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CompileError([
      {
        severity: 'error',
        message: `the configuration ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        remedy: 'Check the path and its permissions.',
      },
    ]);
  }
  return loadConfig({ path, text, environment: process.env, out: options.out, databaseUrl: options.database });
}

/** Opens a project; `closeAll` closes what is still open at the end. */
export async function openOne(config: Config, project: Project, report: (line: string) => void): Promise<OpenProject> {
  const opened = await openProject(config, project, { cacheDirectory: await cacheDirectory(config.directory), report });
  open.add(opened);
  return opened;
}

export async function closeOne(project: OpenProject): Promise<void> {
  open.delete(project);
  await project.close();
}

/** Also ends what a project was still opening: its scratch database may stand already. */
export async function closeAll(): Promise<void> {
  await Promise.allSettled([...open].map(closeOne));
  await closeAllDatabases();
}

/** The nearest `node_modules/.cache`, as tools of the field share it; a temporary folder where no package is installed. */
async function cacheDirectory(from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await isThere(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'sqlward');
    if (dirname(folder) === folder) return join(tmpdir(), 'sqlward-cache');
  }
}

async function firstThere(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await isThere(name)) return name;
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
