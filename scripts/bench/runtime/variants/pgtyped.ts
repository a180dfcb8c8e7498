/** pgtyped: the same text in its own dialect, through the class that its generated code uses. Flat rows. */
import { parseSQLFile, queryASTToIR } from '@pgtyped/parser';
import { PreparedQuery } from '@pgtyped/runtime';
import pg from 'pg';
import { tokenize } from '../../../../src/sql/lexer.js';
import type { Variant } from '../cases.js';
import { logsArguments, LOGS, LOOKUP, UPSERT, upsertArguments } from '../statements.js';

interface Row {
  readonly id: string;
}

export async function open(url: string): Promise<Variant> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const lookup = prepare('Lookup', LOOKUP);
  const upsert = prepare('Upsert', UPSERT);
  const logs = prepare('Logs', LOGS);
  return {
    async lookup(id) {
      const rows = await lookup.run({ p1: id }, pool);
      return rows[0] ?? null;
    },
    async upsert(event) {
      const rows = await upsert.run(named(upsertArguments(event)), pool);
      return rows[0];
    },
    logs: (page) => logs.run(named(logsArguments(page)), pool),
    close: () => pool.end(),
  };
}

/** The argument names that its SQL has: `:p1` for `$1`. */
function named(values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(values.map((value, index) => [`p${index + 1}`, value]));
}

function prepare(name: string, text: string): PreparedQuery<Record<string, unknown>, Row> {
  const body = tokenize(text)
    .map((token) => {
      const slice = text.slice(token.start, token.end);
      if (token.kind === 'placeholder') return `:p${slice.slice(1)}`;
      // Its parser takes a quote in a comment for the beginning of a string.
      return token.kind === 'lineComment' ? '' : slice;
    })
    .join('');
  const { queries } = parseSQLFile(`/* @name ${name} */\n${body.trim()};`);
  const [query] = queries;
  if (query === undefined) throw new Error(`pgtyped cannot read ${name}`);
  return new PreparedQuery(queryASTToIR(query));
}
