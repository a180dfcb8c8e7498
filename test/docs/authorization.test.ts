/** The examples of `docs/authorization.md` are judged as the page says. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/catalog.js';
import { readCatalog } from '../../src/database/catalog/read.js';
import { createDatabase, withClient, type TestDatabase } from '../support/database.js';
import { compile, diagnose } from '../guard/compile.js';
import { SCHEMA } from '../guard/schema.js';

const PAGE = readFileSync(new URL('../../docs/authorization.md', import.meta.url), 'utf8');

let database: TestDatabase;
let catalog: Catalog;

beforeAll(async () => {
  database = await createDatabase(SCHEMA);
  catalog = await withClient(database.url, readCatalog);
});

afterAll(async () => database?.drop());

function examples(kind: string): readonly string[] {
  const block = new RegExp(`<!-- ${kind} -->\n\`\`\`sql\n([^]*?)\`\`\``).exec(PAGE)?.[1] ?? '';
  return block.split(/;\n+/).filter((sql) => sql.trim() !== '');
}

test('what compiles', async () => {
  const found = examples('accepted');
  expect(found).toHaveLength(8);
  for (const sql of found) expect(diagnose(await compile(sql), catalog), sql).toEqual([]);
});

test('what does not', async () => {
  const found = examples('refused');
  expect(found).toHaveLength(9);
  for (const sql of found) expect(diagnose(await compile(sql), catalog), sql).toHaveLength(1);
});
