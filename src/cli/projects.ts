/** From the arguments to open projects, and their end. */
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CompileError } from '../diagnostic.js';
import { CONFIG_NAMES, loadConfig, readConfigText, type Config, type Project } from '../config/index.js';
import { closeAllDatabases, DatabasePool } from '../database/index.js';
import { databaseKey, openProject, type OpenProject } from '../project.js';
import type { Io } from './io.js';
import type { Printer } from './printer.js';

export interface CommonOptions {
  readonly config?: string;
  readonly out?: string;
  readonly database?: string;
  /** Asks the embedded database, whatever else is configured. */
  readonly embedded?: boolean;
}

/** One run of the command line: what it was asked, where it reads and writes, and what it holds open. */
export class Invocation {
  readonly #open = new Set<OpenProject>();
  readonly #databases = new DatabasePool();

  constructor(
    readonly options: CommonOptions,
    readonly io: Io,
    readonly printer: Printer,
  ) {}

  async readConfig(options: CommonOptions = this.options): Promise<Config> {
    const { cwd, environment } = this.io;
    const path = options.config === undefined ? await findUpwards(cwd) : resolve(cwd, options.config);
    if (path === undefined) {
      throw new CompileError([
        {
          severity: 'error',
          message: `no ${CONFIG_NAMES.join(', ')} in ${cwd}, nor in a folder above it`,
          remedy: 'Run this in a folder below the one that holds it, name it with --config, or make one with "sqlward init".',
        },
      ]);
    }
    let text: string;
    try {
      text = await readConfigText(path);
    } catch (error) {
      throw new CompileError([
        {
          severity: 'error',
          message: `the configuration ${options.config ?? path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          remedy: 'Check the path and its permissions.',
        },
      ]);
    }
    this.printer.directory = dirname(path);
    const out = options.out === undefined ? undefined : resolve(cwd, options.out);
    return loadConfig({ path, text, environment, out, databaseUrl: options.database, embedded: options.embedded });
  }

  /** Keeps each database open until the last of the projects that share it was opened. */
  expect(projects: readonly Project[]): void {
    const keys = projects.map(databaseKey);
    for (const key of new Set(keys)) this.#databases.expect(key, keys.filter((other) => other === key).length);
  }

  /** Opens a project; `closeAll` closes what is still open at the end. */
  async openProject(config: Config, project: Project, report: (line: string) => void): Promise<OpenProject> {
    const opened = await openProject(config, project, {
      cacheDirectory: await cacheDirectory(config.directory),
      report,
      databases: this.#databases,
    });
    this.#open.add(opened);
    return opened;
  }

  async closeProject(project: OpenProject): Promise<void> {
    this.#open.delete(project);
    await project.close();
  }

  /** Also ends what a project was still opening: its scratch database may stand already. */
  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#open].map((project) => this.closeProject(project)));
    await this.#databases.close();
    await closeAllDatabases();
  }
}

/** The configuration of the nearest folder that has one. */
async function findUpwards(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const name of CONFIG_NAMES) if (await isThere(join(folder, name))) return join(folder, name);
    if (dirname(folder) === folder) return undefined;
  }
}

/** The nearest `node_modules/.cache`, as tools of the field share it; a temporary folder where no package is installed. */
async function cacheDirectory(from: string): Promise<string> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await isThere(join(folder, 'node_modules'))) return join(folder, 'node_modules', '.cache', 'sqlward');
    if (dirname(folder) === folder) return join(tmpdir(), 'sqlward-cache');
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
