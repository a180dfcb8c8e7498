/**
 * `npm run demo`: a few hundred made-up connection logs in three organizations, and the same page
 * of them as three callers see it. Nothing but the caller's filter differs.
 */
import { join } from 'node:path';
import pg from 'pg';
import { getAuthorizedConnectionLogsOffset, upsertConnectionLog } from '../generated/index.js';
import { authorize, type AuthorizeFilter } from '../src/runtime/index.js';
import { openDatabase } from '../src/database/open.js';
import { readSchema } from '../src/database/schema/files.js';
import { makeEvents } from '../examples/connection-logs/data/events.js';
import { insertPeople, ORGANIZATIONS, type Organization } from '../examples/connection-logs/data/people.js';
import { formatTable } from './demo/table.js';

const LOGS = 300;
const PAGE = 8;

interface Caller {
  readonly title: string;
  readonly organizations: readonly Organization[];
}

const [observatory, borealis] = ORGANIZATIONS;
const CALLERS: readonly Caller[] = [
  { title: `An auditor of ${observatory.displayName}`, organizations: [observatory] },
  { title: `An auditor of ${observatory.displayName} and ${borealis.displayName}`, organizations: [observatory, borealis] },
  { title: 'A guest, of no organization', organizations: [] },
];

/** What a service's policy would say. An empty list denies. */
function mayRead(caller: Caller): AuthorizeFilter {
  return authorize.in(
    'connection_logs.organization_id',
    caller.organizations.map(({ id }) => id),
  );
}

async function showPage(db: pg.Pool, caller: Caller): Promise<void> {
  const logs = await getAuthorizedConnectionLogsOffset(db, mayRead(caller), { limitOpt: PAGE });
  const all = await getAuthorizedConnectionLogsOffset(db, mayRead(caller), { limitOpt: LOGS });
  console.log(`\n${caller.title} sees ${all.length} of ${LOGS} logs${logs.length < all.length ? `; the newest ${logs.length}` : ''}:\n`);
  if (logs.length === 0) {
    console.log('  (no rows, and no error)');
    return;
  }
  console.log(
    formatTable(
      ['connected (UTC)', 'organization', 'workspace', 'owner', 'type', 'by user', 'ended'],
      logs.map(({ connectionLog: log, ...row }) => [
        minutes(log.connectTime),
        row.organizationDisplayName,
        log.workspaceName,
        row.workspaceOwnerUsername,
        log.type,
        row.userUsername ?? '–',
        log.disconnectTime === null
          ? log.connectionId === null
            ? '–'
            : 'ongoing'
          : `${minutes(log.disconnectTime).slice(11)}, ${log.disconnectReason ?? ''}`,
      ]),
    ),
  );
}

function minutes(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

const root = join(import.meta.dirname, '..');
const database = await openDatabase({ kind: 'embedded' }, await readSchema(root, ['queries/schema']), {
  cacheDirectory: join(root, 'node_modules', '.cache', 'sqlward'),
  report: console.log,
});
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
try {
  await insertPeople(pool);
  const events = makeEvents(LOGS);
  for (const event of events) await upsertConnectionLog(pool, event);
  console.log(`${database.label}: ${events.length} events made ${LOGS} connection logs in ${ORGANIZATIONS.length} organizations.`);
  for (const caller of CALLERS) await showPage(pool, caller);
} finally {
  await pool.end();
  await database.close();
}
