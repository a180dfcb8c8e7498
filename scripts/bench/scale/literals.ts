/** The statement that a call sends, with its values written into it: what the planner can do at best. */
import pg from 'pg';
import { getAuthorizedConnectionLogsOffset } from '../../../generated/index.js';
import { authorize } from '../../../src/runtime/index.js';
import type { BoundValue, Database, RawQuery } from '../../../src/runtime/index.js';
import { tokenize } from '../../../src/sql/lexer.js';
import type { Search } from './searches.js';

/** Runs such a statement as the generated function would, and decodes its rows alike. */
export function literalQuery(text: string): (db: Database) => Promise<unknown> {
  const filter = authorize.unrestricted('the text holds the filter already');
  return (db) => getAuthorizedConnectionLogsOffset({ query: (config) => db.query({ ...config, text, values: [] }) }, filter);
}

/**
 * The statement without placeholders. Each value stands there with the type that the server gives the
 * placeholder: `''::text` can be cast to an enum in a branch that is never taken, and `''` cannot.
 */
export async function literalText(client: pg.Client, search: Search): Promise<string> {
  const { text, values } = sentBy(search);
  const types = await parameterTypes(client, text);
  return tokenize(text)
    .map((token) => {
      const slice = text.slice(token.start, token.end);
      if (token.kind !== 'placeholder') return slice;
      const index = Number(slice.slice(1)) - 1;
      return `(${literal(values[index])}::${types[index] ?? 'text'})`;
    })
    .join('');
}

async function parameterTypes(client: pg.Client, text: string): Promise<readonly string[]> {
  await client.query(`PREPARE sqlward_bench AS ${text}`);
  const { rows } = await client.query<{ types: string[] }>(
    `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'sqlward_bench'`,
  );
  await client.query('DEALLOCATE sqlward_bench');
  return rows[0]?.types ?? [];
}

/** What a call sends, without a server. */
function sentBy({ params, filter }: Search): RawQuery {
  let sent: RawQuery | undefined;
  const recorder: Database = {
    query(config) {
      sent = config;
      return Promise.reject(new Error('nothing is sent'));
    },
  };
  getAuthorizedConnectionLogsOffset(recorder, filter, params).catch(() => undefined);
  if (sent === undefined) throw new Error('the call sent nothing');
  return sent;
}

function literal(value: BoundValue): string {
  if (value == null) return 'NULL';
  if (value instanceof Uint8Array) throw new TypeError('the query takes no bytes');
  return pg.escapeLiteral(String(value));
}
