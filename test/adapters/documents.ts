/** A table with NULLs, arrays and awkward texts, and the rows that a filter lets through. */
import pg from 'pg';
import type { CerbosColumnMap } from '../../src/adapters/cerbos.js';
import { authorize, filterText, filterValues, type AuthorizeFilter } from '../../src/runtime/authorize/index.js';
import { createDatabase, type TestDatabase } from '../support/database.js';

export interface DocumentRow {
  readonly id: string;
  readonly tenant: string;
  readonly owner: string | null;
  readonly author: string | null;
  readonly level: number | null;
  readonly public: boolean | null;
  readonly title: string | null;
  readonly tags: readonly string[] | null;
  readonly created?: Date | null;
}

export class Documents {
  private constructor(
    private readonly database: TestDatabase,
    private readonly client: pg.Client,
  ) {}

  static async create(rows: readonly DocumentRow[]): Promise<Documents> {
    const database = await createDatabase(
      `CREATE TABLE "Documents" (
        id text PRIMARY KEY, tenant text NOT NULL, "the owner" text, author text, level int, public boolean, title text, tags text[], created timestamptz
      )`,
    );
    const client = new pg.Client(database.url);
    await client.connect();
    for (const row of rows) {
      await client.query('INSERT INTO "Documents" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        row.id,
        row.tenant,
        row.owner,
        row.author,
        row.level,
        row.public,
        row.title,
        row.tags,
        row.created ?? null,
      ]);
    }
    return new Documents(database, client);
  }

  /** The ids that a filter selects, in order. */
  async select(filter: AuthorizeFilter): Promise<string[]> {
    const text = `SELECT id FROM "Documents" AS d WHERE true AND (\n${filterText(filter, 0)}\n) ORDER BY id`;
    const { rows } = await this.client.query<{ id: string }>(text, [...filterValues(filter)]);
    return rows.map(({ id }) => id);
  }

  query(text: string, values: readonly string[]): Promise<pg.QueryResult> {
    return this.client.query(text, [...values]);
  }

  async drop(): Promise<void> {
    await this.client.end();
    await this.database.drop();
  }
}

/** The columns by the fields' own names. */
export const COLUMNS = {
  id: 'd.id',
  tenant: 'd.tenant',
  owner: authorize.ident('d', 'the owner'),
  author: 'd.author',
  level: { column: 'd.level', type: 'int4' },
  public: { column: 'd.public', type: 'boolean' },
  title: { column: 'd.title', type: 'text' },
  tags: { column: 'd.tags', array: true },
  created: { column: 'd.created', type: 'timestamptz' },
} as const;

/** The same by Cerbos's names, with one convention for every column's NULL. */
export function cerbosColumns(nulls?: 'explicit' | 'omitted'): CerbosColumnMap {
  const declared = nulls === undefined ? {} : { nulls };
  return Object.fromEntries(
    Object.entries(COLUMNS).map(([name, column]) => {
      const mapped = typeof column === 'object' && 'column' in column ? column : { column };
      return [name === 'id' ? 'request.resource.id' : `request.resource.attr.${name}`, { ...mapped, ...declared }];
    }),
  );
}
