/** The queries that the README shows, and the mistakes whose messages it quotes, go through the compiler. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompileError } from '../../src/diagnostic.js';
import { loadConfig } from '../../src/config/load.js';
import { openProject } from '../../src/project.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { codeBlocks, root } from './code-blocks.js';

const DOCUMENTS = `CREATE TABLE documents (
  id uuid PRIMARY KEY, editor_id uuid REFERENCES users (id), archived boolean NOT NULL, created_at timestamptz NOT NULL);`;

/** What the README's quoted messages are about. */
const MISTAKES = `-- name: GetDocuments :many
SELECT documents.id, documents.titel
FROM documents
WHERE documents.archived = @archived;

-- name: GetOwnDocuments :many
SELECT * FROM documents
WHERE archived OR editor_id = @editor_id
-- @authorize_filter
;
`;

let database: TestDatabase;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sqlward-docs-'));
  await mkdir(join(folder, 'queries'));
  database = await createDatabase(`${await readFile(join(root, 'queries/schema/connectionlogs.sql'), 'utf8')}\n${DOCUMENTS}`);
});

afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The generated code of a query file, all modules together. */
async function compile(sql: string): Promise<string> {
  await writeFile(join(folder, 'queries', 'documents.sql'), sql);
  const config = loadConfig({
    path: join(folder, 'sqlc.yaml'),
    text: 'version: "2"\nsql:\n  - {engine: postgresql, schema: queries, queries: queries, codegen: [{plugin: sqlward, out: db}]}\n',
    environment: {},
    databaseUrl: database.url,
  });
  const [project] = config.projects;
  if (project === undefined) throw new Error('the configuration has no project');
  const opened = await openProject(config, project, { cacheDirectory: folder, report: () => undefined });
  try {
    const { files, problems } = await opened.compile();
    expect(problems).toEqual([]);
    return files.map(({ text }) => text).join('\n');
  } finally {
    await opened.close();
  }
}

const queries = codeBlocks('sql').filter(({ place, code }) => place.startsWith('README.md') && code.startsWith('-- name:'));

describe('SQL blocks', () => {
  it.each(queries.map(({ place, code }) => [place, code] as const))('%s', async (_, code) => {
    expect(await compile(code)).toContain('$.authorized.');
  });

  it('have the functions and types that the text around them says', async () => {
    const code = await compile(queries.map((query) => query.code).join('\n'));
    expect(code).toContain('export const getAuthorizedDocuments: ');
    expect(code).toContain('export const countAuthorizedOngoingConnections: ');
    expect(code).toMatch(/interface CountOngoingConnectionsParams \{\s+workspaceId: string;\s+\}/);
    expect(code).toMatch(/interface CountOngoingConnectionsRow \{\s+ongoing: string;\s+\}/);
    expect(code).toContain('Promise<CountOngoingConnectionsRow> ');
  });
});

describe('quoted messages', () => {
  it('are what the compiler says', async () => {
    const problems = await compile(MISTAKES).then(
      () => 'none',
      (error: unknown) => (error instanceof CompileError ? error.message : String(error)),
    );
    expect(codeBlocks('text').map(({ code }) => code.trimEnd())).toContain(problems);
  });
});
