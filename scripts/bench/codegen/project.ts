/**
 * A made-up project of any size, the same SQL in sqlc's dialect and in pgtyped's. Ten queries a
 * table, as services have them: reads by key, filtered pages, joins, aggregates, writes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface GeneratedProject {
  readonly folder: string;
  readonly queries: number;
  readonly schema: string;
  /** The query file of the first table, in sqlc's dialect. */
  readonly firstFile: string;
}

/** How a parameter and an annotation are spelled. */
interface Dialect {
  readonly parameter: (name: string) => string;
  readonly annotation: (name: string, command: string) => string;
}

const SQLC: Dialect = { parameter: (name) => `@${name}`, annotation: (name, command) => `-- name: ${name} :${command}` };
const PGTYPED: Dialect = { parameter: (name) => `:${name}`, annotation: (name) => `/* @name ${name} */` };

const QUERIES_A_TABLE = 10;

/** Writes `sqlc/` and `pgtyped/` projects into a folder; `queries` is a multiple of ten. */
export async function writeProject(folder: string, queries: number): Promise<GeneratedProject> {
  const tables = queries / QUERIES_A_TABLE;
  const schema = Array.from({ length: tables }, (_, table) => tableSql(table)).join('\n');
  const sqlcFolder = join(folder, 'sqlc', 'queries');
  const pgtypedFolder = join(folder, 'pgtyped');
  await mkdir(sqlcFolder, { recursive: true });
  await mkdir(pgtypedFolder, { recursive: true });
  await writeFile(join(folder, 'sqlc', 'schema.sql'), schema);
  await writeFile(join(folder, 'sqlc', 'sqlc.yaml'), SQLC_YAML);
  for (let table = 0; table < tables; table++) {
    await writeFile(join(sqlcFolder, `${tableName(table)}.sql`), queryFile(table, SQLC));
    await writeFile(join(pgtypedFolder, `${tableName(table)}.sql`), queryFile(table, PGTYPED));
  }
  await writeFile(
    join(pgtypedFolder, 'config.json'),
    JSON.stringify({
      transforms: [{ mode: 'sql', include: '**/*.sql', emitTemplate: '{{dir}}/{{name}}.queries.ts' }],
      srcDir: pgtypedFolder,
      failOnError: true,
    }),
  );
  return { folder, queries, schema, firstFile: join(sqlcFolder, `${tableName(0)}.sql`) };
}

const SQLC_YAML = `version: "2"
sql:
  - engine: postgresql
    schema: schema.sql
    queries: queries
    codegen:
      - {plugin: sqlward, out: generated}
`;

function tableName(table: number): string {
  return `item_${String(table + 1).padStart(3, '0')}`;
}

function tableSql(table: number): string {
  const name = tableName(table);
  const parent = tableName(Math.max(0, table - 1));
  return `CREATE TYPE ${name}_state AS ENUM ('draft', 'live', 'archived');
CREATE TABLE ${name} (
    id uuid PRIMARY KEY,
    parent_id uuid REFERENCES ${parent} (id),
    owner_id uuid NOT NULL,
    title text NOT NULL,
    note text,
    state ${name}_state NOT NULL DEFAULT 'draft',
    position integer NOT NULL DEFAULT 0,
    price numeric(12, 2),
    tags text[] NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone
);
CREATE INDEX ON ${name} (owner_id, created_at);
`;
}

function queryFile(table: number, { parameter: p, annotation }: Dialect): string {
  const name = tableName(table);
  const parent = tableName(Math.max(0, table - 1));
  const type = `Item${String(table + 1).padStart(3, '0')}`;
  return `${annotation(`Get${type}`, 'one')}
SELECT id, parent_id, owner_id, title, note, state, position, price, tags, settings, created_at, deleted_at
FROM ${name} WHERE id = ${p('id')};

${annotation(`List${type}`, 'many')}
SELECT item.id, item.title, item.note, item.state, item.created_at, parent.title AS parent_title
FROM ${name} AS item
LEFT JOIN ${parent} AS parent ON parent.id = item.parent_id
WHERE item.owner_id = ${p('owner_id')}
  AND item.deleted_at IS NULL
  AND CASE WHEN ${p('title')} :: text != '' THEN item.title ILIKE ${p('title')} ELSE true END
ORDER BY item.created_at DESC
LIMIT ${p('page_size')} OFFSET ${p('page_start')};

${annotation(`Count${type}ByState`, 'many')}
SELECT state, count(*) AS number, max(created_at) AS newest, sum(price) AS total
FROM ${name} WHERE owner_id = ${p('owner_id')} GROUP BY state ORDER BY state;

${annotation(`Find${type}ByTag`, 'many')}
SELECT id, title, tags FROM ${name} WHERE ${p('tag')} :: text = ANY(tags) AND deleted_at IS NULL;

${annotation(`Get${type}Tree`, 'many')}
WITH RECURSIVE tree AS (
    SELECT id, parent_id, title, 1 AS depth FROM ${parent} WHERE id = ${p('id')}
    UNION ALL
    SELECT child.id, child.parent_id, child.title, tree.depth + 1
    FROM ${parent} AS child JOIN tree ON child.parent_id = tree.id
)
SELECT id, parent_id, title, depth FROM tree ORDER BY depth, title;

${annotation(`Insert${type}`, 'one')}
INSERT INTO ${name} (id, parent_id, owner_id, title, note, state, position, price, settings)
VALUES (${p('id')}, ${p('parent_id')}, ${p('owner_id')}, ${p('title')}, ${p('note')}, ${p('state')}, ${p('position')}, ${p('price')}, ${p('settings')})
RETURNING id, created_at;

${annotation(`Update${type}Title`, 'one')}
UPDATE ${name} SET title = ${p('title')}, note = coalesce(${p('note')}, note)
WHERE id = ${p('id')} RETURNING id, title, note, state;

${annotation(`Archive${type}`, 'exec')}
UPDATE ${name} SET state = 'archived', deleted_at = ${p('deleted_at')} WHERE owner_id = ${p('owner_id')} AND state <> 'archived';

${annotation(`Delete${type}`, 'execrows')}
DELETE FROM ${name} WHERE id = ${p('id')};

${annotation(`Get${type}Neighbours`, 'many')}
SELECT item.id, item.title, row_number() OVER (ORDER BY item.position) AS place,
       lag(item.title) OVER (ORDER BY item.position) AS before,
       exists(SELECT 1 FROM ${parent} WHERE ${parent}.id = item.parent_id) AS has_parent
FROM ${name} AS item
WHERE item.owner_id = (SELECT owner_id FROM ${name} WHERE id = ${p('id')})
ORDER BY item.position;
`;
}
