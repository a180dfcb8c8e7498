/**
 * The test's own way to the server, apart from everything that it judges: text in, text out.
 */
import pg from 'pg';

/** A row as PostgreSQL prints it. */
export type TextRow = Readonly<Record<string, string | null>>;

const asText = { getTypeParser: () => (value: string | Buffer) => (typeof value === 'string' ? value : value.toString('latin1')) };

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // An ended backend (a dropped database) must not end the process; the query at hand still fails.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** The rows of one statement, every value as text. */
export async function textRows(client: pg.ClientBase, sql: string, values: readonly (string | null)[] = []): Promise<TextRow[]> {
  const result = await client.query<TextRow>({ text: sql, values: [...values], types: asText });
  return result.rows;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}

/** What PostgreSQL's refusal says; undefined for an error that is not the server's. */
export interface Refusal {
  readonly sqlstate: string;
  readonly message: string;
  readonly constraint: string | undefined;
  readonly column: string | undefined;
  readonly detail: string | undefined;
}

export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return undefined;
  return {
    sqlstate: error.code,
    message: error.message,
    constraint: error.constraint,
    column: error.column,
    detail: error.detail,
  };
}

/** Runs `work` inside a savepoint: kept where it succeeds, undone where it throws. */
export async function inSavepoint<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('SAVEPOINT truth');
  try {
    const result = await work();
    await client.query('RELEASE SAVEPOINT truth');
    return result;
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT truth; RELEASE SAVEPOINT truth');
    throw error;
  }
}

/** The URL of another database of the same server. */
export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.href;
}
