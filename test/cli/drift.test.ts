/** `check --database`: what a database gives the queries, against what the schema gives them. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, createDatabase, type TestDatabase, withClient } from '../support/database.js';
import { makeProject, type DiskProject } from './project.js';

const SCHEMA = `CREATE TYPE mood AS ENUM ('calm', 'wild');
CREATE TABLE docs (id integer PRIMARY KEY, team_id integer NOT NULL, title text NOT NULL, mood mood);
CREATE VIEW open_docs AS SELECT * FROM docs;
CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT upper($1)';
`;
const QUERIES = `-- name: GetDoc :one
SELECT * FROM docs WHERE id = $1;
-- name: ListDocs :many
SELECT id, title FROM open_docs d WHERE true
-- @authorize_filter
;
-- name: Shout :many
SELECT shout(title) FROM docs WHERE title = @title;
`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(`${SCHEMA} CREATE TABLE migrations (id int)`);
});
afterAll(() => database.drop());
const projects: DiskProject[] = [];
afterEach(async () => {
  await Promise.all(projects.splice(0).map((project) => project.drop()));
});

async function project(): Promise<DiskProject> {
  const made = await makeProject(inject('databaseUrl'), { 'schema.sql': SCHEMA, 'queries/docs.sql': QUERIES });
  projects.push(made);
  expect((await made.run()).code).toBe(0);
  return made;
}

describe('check --database', () => {
  it('says that nothing differs, for a role that may do nothing, whatever else is in the database', async () => {
    const disk = await project();
    const role = `reader_${inject('databasePrefix')}`;
    const owner = await connect(database.url);
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'p'`);
    try {
      const url = new URL(database.url);
      [url.username, url.password] = [role, 'p'];
      const { code, stdout, stderr } = await disk.run('check', '--database', url.href);
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^The database gives 3 queries what the schema says/m);
      expect(code).toBe(0);
    } finally {
      await owner.query(`DROP ROLE ${role}`);
      await owner.end();
    }
  });

  it('tells each type, nullability, cardinality and effect that differs, at its query', async () => {
    const disk = await project();
    const other = await createDatabase(
      SCHEMA.replace('title text NOT NULL', 'title varchar(20)').replace('PRIMARY KEY', 'NOT NULL').replace('STABLE', 'VOLATILE'),
    );
    try {
      const { code, stderr } = await disk.run('check', '--database', other.url);
      expect(code).toBe(1);
      for (const line of [
        'queries/docs.sql:1:1: error: rows: one or none by the schema, any number in the database',
        'queries/docs.sql:1:1: error: column title: text, never NULL (string) by the schema, varchar, may be NULL (string) in the database',
        'queries/docs.sql:7:1: error: effect: proven to only read by the schema, not proven to only read in the database',
      ])
        expect(stderr).toContain(line);
      expect(stderr).toContain('help: Migrate the database, or change the schema and generate.');
      const { stdout } = await disk.run('check', '--database', other.url, '--format', 'github');
      expect(stdout).toContain('::error file=queries/docs.sql,line=1');
    } finally {
      await other.drop();
    }
  });

  it('tells a query that does not run there, and a hook that guards nothing there', async () => {
    const disk = await project();
    const other = await createDatabase(
      SCHEMA.replace('SELECT * FROM docs;', 'SELECT DISTINCT ON (team_id) * FROM docs LIMIT 3;').replace(', mood mood', ''),
    );
    try {
      const { code, stderr } = await disk.run('check', '--database', other.url);
      expect(code).toBe(1);
      expect(stderr).toContain('column mood: mood, may be NULL (Mood) by the schema, none in the database');
      expect(stderr).toContain('queries/docs.sql:5:1: error: this query counts, numbers, cuts off or combines rows of "docs"');
    } finally {
      await other.drop();
    }
    await withClient(database.url, (client) => client.query('DROP FUNCTION shout(text)'));
    const { code, stderr } = await disk.run('check', '--database', database.url);
    expect(code).toBe(1);
    expect(stderr).toContain('queries/docs.sql:8:8: error [42883]');
  });
});
