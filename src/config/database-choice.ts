/**
 * Which PostgreSQL an entry asks, in this order: the URL or the embedded one of the command line; the entry's own
 * `database` (a server's scratch database where it is managed, else its `uri`); `DATABASE_URL`;
 * the embedded database.
 */
import type { DatabaseChoice } from './config.js';
import type { LocatedDocument, Path } from './document.js';
import type { Entry, SqlcFile } from './entry.js';
import type { Report } from './problems.js';

export interface DatabaseInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From the command line: wins over everything. */
  readonly databaseUrl: string | undefined;
  /** From the command line: the embedded database, whatever the rest says. */
  readonly embedded?: boolean | undefined;
}

export function chooseDatabase(
  entry: Entry,
  file: SqlcFile,
  input: DatabaseInput,
  document: LocatedDocument,
  report: Report,
  note: (path: Path, text: string) => void,
): DatabaseChoice {
  if (input.embedded === true) return { kind: 'embedded' };
  if (input.databaseUrl !== undefined) return { kind: 'url', url: input.databaseUrl, from: '--database' };
  const expand = (value: string, path: Path): string => expandVariables(value, input.environment, path, document, report);
  const path = [...entry.path, 'database'];
  if (entry.database?.managed === true) {
    const index = file.servers.findIndex(({ engine }) => engine === undefined || engine === 'postgresql');
    const server = file.servers[index];
    if (server !== undefined) return { kind: 'managed', serverUrl: expand(server.uri, ['servers', index, 'uri']) };
    note([...path, 'managed'], 'no server is listed for a managed database, so the embedded one stands in');
    return { kind: 'embedded' };
  }
  if (entry.database !== undefined && entry.asksDatabase) {
    if (entry.database.uri !== undefined) return { kind: 'url', url: expand(entry.database.uri, [...path, 'uri']), from: 'database.uri' };
    if (entry.database.testcontainers_image === undefined && entry.database.managed === undefined) {
      report(
        document.keyRange(path),
        'the database has neither a uri nor managed: true',
        'Write it as: database: {uri: "${DATABASE_URL}"}',
      );
    }
  }
  const url = input.environment['DATABASE_URL'];
  return url === undefined || url === '' ? { kind: 'embedded' } : { kind: 'url', url, from: 'DATABASE_URL' };
}

function expandVariables(
  value: string,
  environment: Readonly<Record<string, string | undefined>>,
  path: Path,
  document: LocatedDocument,
  report: Report,
): string {
  return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const found = environment[name];
    if (found === undefined) {
      report(
        document.valueRange(path),
        `the environment variable ${name} is not set`,
        `Set ${name}, write the URL itself, or add --embedded to ask the embedded database.`,
      );
    }
    return found ?? '';
  });
}
