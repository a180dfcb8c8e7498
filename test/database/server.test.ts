import { expect, inject, test } from 'vitest';
import { connect, createDatabase, withClient } from '../support/database.js';
import { startServer } from '../support/server.js';

test('the server takes more than 64 connections at once', async () => {
  const clients = await Promise.all(Array.from({ length: 80 }, () => connect(inject('databaseUrl'))));
  const answers = await Promise.all(clients.map((client) => client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')));
  await Promise.all(clients.map((client) => client.end()));
  expect(new Set(answers.map(({ rows }) => rows[0]?.pid)).size).toBe(80);
});

test('a database of its own has its schema, and goes when dropped', async () => {
  const database = await createDatabase('CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
  const { rows } = await withClient(database.url, (client) => client.query('SELECT a FROM t'));
  expect(rows).toEqual([{ a: 1 }]);
  await database.drop();
  await expect(connect(database.url)).rejects.toThrow(/does not exist/);
});

test('a server that was named and does not answer is an error, not a reason to take another', async () => {
  await expect(startServer({ TEST_DATABASE_URL: 'postgres://postgres@127.0.0.1:1/postgres' })).rejects.toThrow(
    /TEST_DATABASE_URL names a server that does not answer/,
  );
});
