/** What stands in a filled database, and how to make more of it: where arguments come from. */
import type pg from 'pg';
import { planTable } from '../fill/plan.js';
import { domainChecks, validInputs } from '../fill/candidates.js';
import { hintsOf } from '../fill/hints.js';
import { KeysSeen } from '../fill/keys.js';
import { drawRow, type DrawnRow, type TablePlan } from '../fill/row.js';
import type { FillColumn, FillSchema, FillTable } from '../fill/schema.js';
import type { Random } from '../../support/random.js';
import { textRows, type TextRow } from '../server.js';
import type { Texts } from '../values/texts.js';

export interface Population {
  readonly schema: FillSchema;
  readonly texts: Texts;
  /** The rows of a table or view, a few dozen at most. */
  rows(relationOid: number): readonly TextRow[];
  /** A row that could be inserted, its keys free as far as is known; undefined for what is no table. */
  draw(relationOid: number, random: Random): DrawnRow | undefined;
  /** Values of a type that the server has accepted; undefined where any made-up one will do. */
  accepted(typeOid: number): readonly string[] | undefined;
}

const MOST_ROWS = 60;

/** Reads the relations that queries refer to. */
export async function readPopulation(
  client: pg.ClientBase,
  schema: FillSchema,
  texts: Texts,
  relationOids: Iterable<number>,
  typeOids: Iterable<number>,
  nullElements: (table: FillTable, column: FillColumn) => boolean,
  random: Random,
): Promise<Population> {
  const rows = new Map<number, readonly TextRow[]>();
  const plans = new Map<number, TablePlan>();
  const keys = new Map<number, KeysSeen>();
  const accepted = new Map<number, readonly string[]>();
  // The filler's questions to the server stand in savepoints.
  await client.query('BEGIN');
  for (const oid of new Set(relationOids)) {
    const table = schema.tables.find((candidate) => candidate.oid === oid);
    rows.set(oid, await readRows(client, oid));
    if (!table) continue;
    plans.set(oid, await planTable(client, schema, texts, table, (column) => nullElements(table, column), random.fork(table.sql)));
    keys.set(oid, takenKeys(table, rows.get(oid) ?? []));
  }
  for (const oid of new Set(typeOids)) {
    const found = await acceptedTexts(client, schema, texts, oid, random);
    if (found) accepted.set(oid, found);
  }
  await client.query('ROLLBACK');
  return {
    schema,
    texts,
    rows: (oid) => rows.get(oid) ?? [],
    accepted: (oid) => accepted.get(oid),
    draw(oid, own) {
      const plan = plans.get(oid);
      let row: DrawnRow | undefined;
      for (let attempt = 0; plan && attempt < 10; attempt++) {
        row = drawRow(plan, { values: new Map(), nulls: 0.2 }, own);
        if (keys.get(oid)?.has(row) !== true) break;
      }
      return row;
    },
  };
}

function takenKeys(table: FillTable, rows: readonly TextRow[]): KeysSeen {
  const seen = new KeysSeen(table);
  for (const row of rows) seen.add(new Map(table.columns.map((column) => [column.number, row[column.name] ?? null])));
  return seen;
}

/** A domain's conditions, and types that nobody told the generators about, leave only some texts. */
async function acceptedTexts(
  client: pg.ClientBase,
  schema: FillSchema,
  texts: Texts,
  typeOid: number,
  random: Random,
): Promise<string[] | undefined> {
  let inner = schema.types.get(typeOid);
  while (inner && (inner.kind === 'array' || inner.kind === 'range' || inner.kind === 'multirange'))
    inner = schema.types.get(inner.innerOid);
  const type = schema.types.get(typeOid);
  if (!type || !inner || inner.kind === 'enum' || (inner.kind === 'base' && inner.schema === 'pg_catalog')) return undefined;
  const hints = type === inner ? domainChecks(schema, typeOid).flatMap((check) => hintsOf(check, random)) : [];
  const drawn = [...random.sample(texts.arbitrary(typeOid, -1), 80), ...texts.edges(typeOid, -1), ...hints];
  const valid = await validInputs(
    client,
    drawn.map((text) => ({ text, type: type.sql })),
  );
  return drawn.filter((_, index) => valid[index]);
}

/** A view that fails over made-up rows has none to offer. */
async function readRows(client: pg.ClientBase, oid: number): Promise<TextRow[]> {
  await client.query('SAVEPOINT population');
  try {
    const [name] = await textRows(
      client,
      `SELECT ${String(oid)}::regclass::text AS sql, relkind FROM pg_class WHERE oid = ${String(oid)} AND relkind IN ('r', 'p', 'v', 'm')`,
    );
    if (name === undefined) return [];
    return await textRows(client, `SELECT * FROM ${name['sql'] ?? ''} LIMIT ${String(MOST_ROWS)}`);
  } catch {
    return [];
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT population');
  }
}
