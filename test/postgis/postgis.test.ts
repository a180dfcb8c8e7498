/** The embedded build of PostGIS, which is installed beside the project in this folder and nowhere else. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../src/database/open.js';
import { causes } from '../../src/database/schema/failures.js';
import { withClient } from '../support/database.js';
import { makeImageFolder } from '../support/images.js';

const SCHEMA = `CREATE EXTENSION postgis;
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE places (id int PRIMARY KEY, name text, at geometry(Point, 4326) NOT NULL, area geography, embedding vector(3));
CREATE INDEX ON places USING gist (at);
CREATE INDEX ON places USING gin (name gin_trgm_ops);`;
/** One build holds all of PostGIS but the rasters, with which it does not run. */
const OTHERS = `CREATE EXTENSION postgis_topology;
CREATE EXTENSION postgis_tiger_geocoder CASCADE;
CREATE TABLE borders (id int, at topology.topogeometry);
CREATE EXTENSION postgis_raster;`;

let beside: string;
let elsewhere: string;
beforeAll(async () => {
  const modules = join(import.meta.dirname, 'node_modules');
  await mkdir(modules, { recursive: true });
  beside = await mkdtemp(join(modules, '.cache-'));
  elsewhere = await makeImageFolder();
});
afterAll(async () => {
  for (const folder of [beside, elsewhere]) await rm(folder, { recursive: true, force: true });
});

const open = (cacheDirectory: string, text = SCHEMA): Promise<OpenDatabase> =>
  openDatabase({ kind: 'embedded' }, [{ path: 'schema.sql', text }], { cacheDirectory });

/** An empty cluster is made first, which takes a loaded machine its time. */
const CLUSTER_WITHIN_MS = 300_000;

test(
  'where the build is installed, the PGlite that it belongs to runs the schema, first and from its image',
  { timeout: CLUSTER_WITHIN_MS },
  async () => {
    for (const state of ['new', 'cached']) {
      const database = await open(beside, `${SCHEMA}\n${OTHERS}`);
      expect(database.label).toContain(`(${state} schema)`);
      expect(database.failures.map(({ diagnostic }) => [diagnostic.message, diagnostic.remedy])).toEqual([
        [expect.stringContaining('"postgis_raster" is not available'), expect.stringContaining('Set DATABASE_URL')],
      ]);
      const rows = await withClient(
        database.url,
        async (client) =>
          (
            await client.query(
              `SELECT ST_AsText(ST_MakePoint(1, 2)) AS point, '[1,2,3]'::vector <-> '[1,2,4]' AS distance, similarity('a', 'a') AS alike`,
            )
          ).rows as unknown,
      );
      expect(rows).toEqual([{ point: 'POINT(1 2)', distance: 1, alike: 1 }]);
      await database.close();
    }
  },
);

test('where it is not, the table stands, and the warning shows the package and the server', { timeout: CLUSTER_WITHIN_MS }, async () => {
  const database = await open(elsewhere);
  expect(causes(database.failures).map(({ diagnostic }) => diagnostic)).toEqual([
    expect.objectContaining({
      severity: 'warning',
      start: 0,
      message: expect.stringContaining('what the extension brings is not there'),
      remedy: expect.stringMatching(
        /npm install -D @electric-sql\/pglite-postgis@0\.2\.8.*database: \{managed: true\}.*servers: \[\{uri: postgres:/,
      ),
    }),
  ]);
  expect(await withClient(database.url, async (client) => (await client.query('SELECT id, at FROM places')).rows as unknown)).toEqual([]);
  await database.close();
});
