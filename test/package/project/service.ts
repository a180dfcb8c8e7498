import { Pool } from 'pg';
import { authorize, QueryError } from 'sqlward';
import * as logs from '@sqlward/connection-logs';
import { getConnectionLogsOffset } from '@sqlward/connection-logs/unfiltered';
import { deleteAuthorizedDocument, getAuthorizedDocuments, insertAuthor, insertDocument, type Document, type GetDocumentsRow } from './db/index.js';
import { getDocuments } from './db/unfiltered.js';

const pool = new Pool({ connectionString: process.env['DATABASE_URL'] });

const author = await insertAuthor(pool, { name: 'Ada' });
const first: Document = await insertDocument(pool, { teamId: 1, authorId: author.id, title: 'one', visibility: 'team', tags: ['a', 'b'] });
await insertDocument(pool, { teamId: 2, title: 'two', visibility: 'public', tags: [] });

const team = authorize.sql`documents.team_id = ${1}`;
const rows: GetDocumentsRow[] = await getAuthorizedDocuments(pool, team);
const names: (string | null)[] = rows.map((row) => row.authorName);
const everything = await getDocuments(pool);
const denied = await getAuthorizedDocuments(pool, authorize.none(), { title: 'one' });
const untouched: number = await deleteAuthorizedDocument(pool, authorize.sql`team_id = ${2}`, { id: first.id });

const page = await logs.getAuthorizedConnectionLogsOffset(pool, authorize.unrestricted('a test'), { status: 'ongoing' });
const userNames: (string | null)[] = page.map((row) => row.userUsername);
const all = await getConnectionLogsOffset(pool);

let refused = '';
try {
  await getAuthorizedDocuments(pool, authorize.sql`no_such_column`);
} catch (error) {
  if (error instanceof QueryError) refused = `${error.query} ${error.source} ${error.code ?? ''}`;
}

// @ts-expect-error a guarded query takes a filter
const missing: unknown = () => getAuthorizedDocuments(pool);
// @ts-expect-error and a string is none
const bare: unknown = () => getAuthorizedDocuments(pool, 'true');
// @ts-expect-error 'secret' is no label of the enum
const label: unknown = () => insertDocument(pool, { teamId: 1, title: 'x', visibility: 'secret', tags: [] });
void [missing, bare, label];

console.log(
  JSON.stringify({
    first: [first.title, first.visibility, first.tags],
    rows: rows.map((row) => row.document.title),
    names,
    everything: everything.length,
    denied: denied.length,
    untouched,
    logs: [page.length, userNames.length, all.length],
    refused,
  }),
);
await pool.end();
