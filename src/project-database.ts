/**
 * The database of a project: opened with the schema that its configuration names, or why it could not
 * be; the query files are checked either way.
 */
import { CompileError, type Diagnostic } from './diagnostic.js';
import { type Config, type DatabaseChoice, type Project, readQueryFiles } from './config/index.js';
import { DatabasePool, readSchema, type SharedDatabase } from './database/index.js';
import type { SourceFile } from './sql/index.js';

/** What the caller provides. */
export interface Host {
  /** Where the embedded database keeps its data between runs. */
  readonly cacheDirectory: string;
  /** Takes a line of progress at a time. */
  readonly report: (line: string) => void;
  /** Holds the databases that several projects share; without one, the project has its own. */
  readonly databases?: DatabasePool;
}

export type Opened =
  | { readonly ok: true; readonly database: SharedDatabase; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** The same for projects that ask the same server with the same schema. */
export function databaseKey({ database, schema }: Project): string {
  return JSON.stringify([database, mayBeMade(database) ? schema : []]);
}

/** Whether the schema may be loaded; a database that is asked as it is has its own already. */
function mayBeMade(choice: DatabaseChoice): boolean {
  return choice.kind !== 'url' || choice.from === 'database.uri';
}

export async function openDatabaseOf(config: Config, project: Project, host: Host): Promise<Opened> {
  const { database: choice } = project;
  try {
    const schema = mayBeMade(choice) ? await readSchemaOf(config, project) : [];
    const sharing = config.projects.filter((other) => databaseKey(other) === databaseKey(project));
    const queries = mayBeMade(choice) ? await readQueriesOf(config, sharing) : [];
    const databases = host.databases ?? new DatabasePool();
    const database = await databases.acquire(databaseKey(project), { choice, schema, queries, options: host });
    const made = choice.kind !== 'url' || database.standsIn !== undefined;
    const warnings = made ? schema.filter(({ encoding }) => encoding !== undefined).map(notInUnicode) : [];
    return { ok: true, database, warnings: [...(database.standsIn?.diagnostics ?? []).map(standingIn), ...warnings] };
  } catch (error) {
    if (error instanceof CompileError) return { ok: false, problems: error.diagnostics };
    throw error;
  }
}

/** What is only read in case the database cannot be asked is no reason to stop. */
async function readSchemaOf(config: Config, { database, schema }: Project): Promise<readonly SourceFile[]> {
  const files = readSchema(config.directory, schema, config.file);
  return database.kind === 'url' ? files.catch(() => []) : files;
}

function standingIn({ message }: Diagnostic): Diagnostic {
  return {
    severity: 'warning',
    message: `${message}: the embedded database stands in, with the schema files loaded`,
    remedy: 'Start the server or correct database.uri; with --embedded it is not asked at all.',
  };
}

function notInUnicode(file: SourceFile): Diagnostic {
  const start = /[^\0-\x7f]/.exec(file.text)?.index ?? 0;
  return {
    severity: 'warning',
    message: 'the file is not UTF-8: it is read as Windows-1252, which may change this character and others in names and values',
    file,
    start,
    end: start + 1,
    remedy: 'Save it as UTF-8.',
  };
}

/** Files that cannot be read are reported where they are compiled. */
async function readQueriesOf(config: Config, projects: readonly Project[]): Promise<readonly SourceFile[]> {
  const patterns = [...new Set(projects.flatMap(({ queries }) => queries))];
  const files = await Promise.all(patterns.map((pattern) => readQueryFiles(config.directory, [pattern]).catch(() => [])));
  return files.flat();
}
