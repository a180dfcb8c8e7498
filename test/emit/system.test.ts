import { expect, it } from 'vitest';
import { generate } from './generated.js';

it("a row of PostgreSQL's own tables and of a sequence is the query's, and an embed of one brings its model", async () => {
  const made = await generate('CREATE TABLE things (id serial PRIMARY KEY);', {
    'system.sql': `-- name: ListZones :many
SELECT * FROM pg_catalog.pg_timezone_names;

-- name: ReadSequence :one
SELECT * FROM things_id_seq;

-- name: ListSchemata :many
SELECT sqlc.embed(n), sqlc.embed(s) FROM pg_namespace n JOIN information_schema.schemata s ON s.schema_name = n.nspname;
`,
  });
  expect(made.file('system.ts')).toContain('export interface ListZonesRow {\n');
  expect(made.file('system.ts')).toContain(
    'export interface ReadSequenceRow {\n  lastValue: string;\n  logCnt: string;\n  isCalled: boolean;\n}',
  );
  expect(made.file('system.ts')).toContain(
    'export interface ListSchemataRow {\n  pgCatalogPgNamespace: PgCatalogPgNamespace;\n  informationSchemaSchematum: InformationSchemaSchematum;\n}',
  );
  expect(made.compilation.files.map(({ path }) => path)).toEqual([
    'index.ts',
    'models-information_schema.ts',
    'models-pg_catalog.ts',
    'models.ts',
    'system.ts',
    'unfiltered.ts',
  ]);
  expect(made.file('models-pg_catalog.ts').match(/export interface \w+/g)).toEqual(['export interface PgCatalogPgNamespace']);
  expect(made.typeErrors()).toEqual([]);
});
