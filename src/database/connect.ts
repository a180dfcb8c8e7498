/**
 * URL → a connected `pg` client, or a `CompileError` that says what to do.
 *
 * Invariant: connecting ends within its time limit, and a client that loses its connection later
 * never ends the process by an error that nobody listens for.
 */
import pg from 'pg';
import { CompileError } from '../diagnostic.js';

/** Nobody answers at the address, as before the project's server is started. */
export class Unreachable extends CompileError {}

const NOBODY_THERE: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 120_000;

export async function connectClient(url: string, connectWithin = CONNECT_WITHIN_MS): Promise<pg.Client> {
  let client: pg.Client;
  try {
    if (!/^(?:postgres(?:ql)?|socket):|^\//i.test(url)) throw new TypeError('it does not begin with postgres://');
    client = new pg.Client({
      connectionString: withLibpqModes(url),
      connectionTimeoutMillis: connectWithin,
      keepAlive: true,
      fallback_application_name: 'sqlward',
      // A server that stops answering without closing the connection must not hold a run up for ever.
      query_timeout: ANSWER_WITHIN_MS,
    });
  } catch (error) {
    throw new CompileError([
      {
        severity: 'error',
        message: `the database's URL cannot be read: ${messageOf(error)}`,
        remedy: 'Write it as postgres://user:password@host:5432/database, with %-escapes for special characters in the password.',
      },
    ]);
  }
  // A query that waits is rejected by itself; this is for an idle client.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw cannotConnect(client, error);
  }
}

/** `sslmode` as libpq and Go's drivers read it, for whom such URLs are written: `require` encrypts, `verify-full` verifies. */
function withLibpqModes(url: string): string {
  return /[?&]sslmode=/.test(url) && !/[?&]uselibpqcompat=/.test(url) ? `${url}&uselibpqcompat=true` : url;
}

/** The same server and user, another database. The name must need no quoting. */
export function withDatabase(url: string, name: string): string {
  if (url.startsWith('/')) return `${url.split(' ')[0]} ${name}`;
  if (url.startsWith('socket:')) {
    const [path = '', query = ''] = url.split('?');
    const others = query.split('&').filter((part) => part !== '' && !part.startsWith('db='));
    return `${path}?${[...others, `db=${name}`].join('&')}`;
  }
  return url.replace(/^([a-z]+:\/\/[^/?#]*)(\/[^?#]*)?/i, (_whole, server: string) => `${server}/${name}`);
}

/** The error for a connection that ended in the middle of the work. */
export function connectionLost(server: string, reason: string): CompileError {
  return new CompileError([
    {
      severity: 'error',
      message: `the connection to the database at ${server} was lost: ${reason}`,
      remedy: 'Look whether the server was restarted or ended the session, then run again.',
    },
  ]);
}

function cannotConnect(client: pg.Client, error: unknown): CompileError {
  const sqlstate = error instanceof pg.DatabaseError ? error.code : undefined;
  const Kind = error instanceof Error && 'code' in error && NOBODY_THERE.has(error.code) ? Unreachable : CompileError;
  return new Kind([
    {
      severity: 'error',
      // Never the URL itself: it holds the password.
      message: `cannot connect to the database ${client.database ?? ''} at ${client.host}:${client.port}: ${messageOf(error)}`,
      remedy: remedyFor(error, sqlstate),
      sqlstate,
    },
  ]);
}

function remedyFor(error: unknown, sqlstate: string | undefined): string {
  if (sqlstate === '3D000') return 'Create the database, or name another one in the URL.';
  if (/no encryption|SSL off/.test(messageOf(error))) return 'Add ?sslmode=require to the URL: the server takes no plain connection.';
  if (sqlstate === '28000' || /password/i.test(messageOf(error))) return 'Correct the user or the password in the URL.';
  if (sqlstate === '53300') return 'Close other connections, or raise max_connections on the server.';
  if (/SSL|certificate/i.test(messageOf(error))) return 'Set sslmode in the URL to what the server supports, e.g. ?sslmode=disable.';
  return 'Start the server, correct the URL, or add --embedded: the embedded database needs nothing installed.';
}

/** An error's words; Node gives several at once where a host name has several addresses. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
