/**
 * Dumps as pg_dump and pg_dumpall write them: those of version 15 are its own, those of 17 and 18 PGlite's
 * builds of pg_dump, those of 12 and one of 18 made by hand.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readSchema } from '../../src/database/schema/files.js';
import { withClient } from '../support/database.js';
import { databaseOpener, SERVERS } from './servers.js';

const openOn = databaseOpener(afterEach);
const fixtures = join(import.meta.dirname, 'fixtures', 'dumps');

describe.each(SERVERS)('a dump loaded into a %s', (kind) => {
  test.each([
    ['pg_dump_12.sql', 'SELECT id, note FROM old'],
    ['pg_dump_18.sql', 'SELECT id, note, at FROM new'],
    ['pglite_dump_17.sql', 'SELECT u.twice, u.state, e.at, o.email FROM app.users u, app.events_2024 e, app.open_users o'],
    ['pglite_dump_18.sql', 'SELECT u.twice, u.state, e.at, o.email FROM app.users u, app.events_2024 e, app.open_users o'],
    [
      'pg_dump_quoted.sql',
      `SELECT u.email, u.pair, p.span, v.body, e.at, x."a b", app.twice(p.id) FROM app.users u, app.posts p, app.v v, app.events_2020 e, "Odd Name"."T ""x""" x`,
    ],
    [
      'pg_dumpall_clean.sql',
      `SELECT u.email, u.nick, p.span, v.body, e.at, x."a b", app.total(p.id) OVER () FROM app.users u, app.posts p, app.v v, app.events_2020 e, "Odd Name"."T ""x""" x`,
    ],
  ])('%s', async (name, query) => {
    const database = await openOn(kind, await readSchema(fixtures, [name]));
    expect(database.failures.map(({ diagnostic }) => diagnostic.message)).toEqual([]);
    const { rows, columns } = await withClient(database.url, async (client) => {
      const result = await client.query(query);
      return { rows: result.rows.length, columns: result.fields.map((field) => field.name) };
    });
    // No row of the dump's data was loaded, and every name was found.
    expect([rows, columns.length]).toEqual([0, query.split(' FROM ')[0]?.split(',').length]);
  });
});
