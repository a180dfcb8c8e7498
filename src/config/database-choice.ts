/**
 * Which PostgreSQL an entry asks, in this order: the URL or the embedded one of the command line; the entry's own
 * `database` (a server's scratch database where it is managed, else its `uri`); `DATABASE_URL`;
 * the embedded database.
 *
 * A URL of the file whose variable is not set, as on the first run of a clone, gives way to the next in this
 * order, with a note; it is an error only where there is no schema that another database could be made from.
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
  const fallback = input.environment['DATABASE_URL'] ?? '';
  const standIn = fallback === '' ? 'the embedded database' : 'DATABASE_URL';
  const expand = (value: string, path: Path): string | undefined => {
    const { text, unset } = expandVariables(value, input.environment);
    if (unset.length === 0) return text;
    if (entry.schema.length > 0) note(path, `${unset.join(' and ')} ${unset.length > 1 ? 'are' : 'is'} not set, so ${standIn} stands in`);
    else reportUnset(unset, path, document, report);
    return undefined;
  };
  const path = [...entry.path, 'database'];
  if (entry.database?.managed === true) {
    const index = file.servers.findIndex(({ engine, uri }) => uri !== undefined && (engine === undefined || engine === 'postgresql'));
    const uri = file.servers[index]?.uri;
    const serverUrl = uri && expand(uri, ['servers', index, 'uri']);
    if (serverUrl !== undefined) return { kind: 'managed', serverUrl };
    if (uri === undefined) {
      note([...path, 'managed'], 'no server is listed for a managed database, so the embedded one stands in');
      return { kind: 'embedded' };
    }
  } else if (entry.database !== undefined && entry.asksDatabase) {
    const url = entry.database.uri && expand(entry.database.uri, [...path, 'uri']);
    if (url !== undefined) return { kind: 'url', url, from: 'database.uri' };
    if (entry.database.uri === undefined && entry.database.testcontainers_image === undefined && entry.database.managed === undefined) {
      report(
        document.keyRange(path),
        'the database has neither a uri nor managed: true',
        'Write it as: database: {uri: "${DATABASE_URL}"}',
      );
    }
  }
  return fallback === '' ? { kind: 'embedded' } : { kind: 'url', url: fallback, from: 'DATABASE_URL' };
}

function expandVariables(
  value: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly unset: readonly string[] } {
  const unset = new Set<string>();
  const text = value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const found = environment[name];
    if (found === undefined) unset.add(name);
    return found ?? '';
  });
  return { text, unset: [...unset] };
}

function reportUnset(unset: readonly string[], path: Path, document: LocatedDocument, report: Report): void {
  for (const name of unset) {
    report(
      document.valueRange(path),
      `the environment variable ${name} is not set`,
      `Set ${name}, write the URL itself, or add --embedded to ask the embedded database.`,
    );
  }
}
