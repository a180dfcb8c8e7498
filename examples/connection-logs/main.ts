/**
 * `npm run example`: the service on a database of made-up logs. Without DATABASE_URL that is an
 * embedded one; on a server the schema is made where it is missing.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import { prepared } from 'sqlward';
import { openExampleDatabase } from './database.js';
import { fillDatabase } from './data/fill.js';
import { caslFilter } from './policy/casl.js';
import { opaAnswer, opaFilter } from './policy/opa.js';
import { VIEWERS, viewerOf } from './policy/viewers.js';
import { observe } from './observe.js';
import { deleteOldLogs } from './retention.js';
import { createService } from './service.js';

const { values } = parseArgs({
  options: {
    logs: { type: 'string', default: '500' },
    port: { type: 'string', default: '3000' },
    policy: { type: 'string', default: 'casl' },
    'keep-days': { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
});

const database = await openExampleDatabase(process.env['DATABASE_URL'], console.log);
const pool = new pg.Pool({ connectionString: database.url, max: database.connections });
pool.on('error', (error) => console.error(`an idle connection was lost: ${error.message}`));
await fillDatabase(pool, Number(values.logs), console.log);

const app = await createService({
  db: prepared(pool),
  pool,
  filterOf: values.policy === 'opa' ? (viewer) => opaFilter(opaAnswer(viewer)) : caslFilter,
  viewerOf,
  viewers: VIEWERS,
  log: !values.quiet,
});

if (!values.quiet) observe(app.log);
const retention = new AbortController();
const day = 24 * 60 * 60 * 1000;
const keepDays = values['keep-days'];
const timer =
  keepDays === undefined
    ? undefined
    : setInterval(() => {
        void deleteOldLogs(pool, { connectedBefore: new Date(Date.now() - Number(keepDays) * day), signal: retention.signal }).then(
          (deleted) => app.log.info({ deleted }, 'retention'),
          (error: unknown) => app.log.error({ err: error }, 'retention'),
        );
      }, 60_000);

const address = await app.listen({ host: '127.0.0.1', port: Number(values.port) });
console.log(`\n  ${address}/              the page, as ${VIEWERS.map(({ name }) => name).join(', ')}`);
console.log(
  `  ${address}/openapi.json  the API; e.g. curl -H 'authorization: Bearer auditor' '${address}/api/v2/connectionlog?q=type:ssh&limit=2'\n`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void (async () => {
      clearInterval(timer);
      retention.abort();
      // Requests under way are answered; then the database may go.
      await app.close();
      await pool.end();
      await database.close();
    })();
  });
}
