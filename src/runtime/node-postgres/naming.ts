/**
 * Names of statements, and the connections that may have them.
 *
 * Invariant: one name stands for one text, in every process, because it ends with the text's hash. A
 * connection whose server changes under it, as behind a pooler in transaction mode, names nothing.
 */
import { createHash } from 'node:crypto';
import type { Statement } from '../driver.js';
import type { PgClient } from './client.js';
import type { Session } from './session.js';

const names = new WeakMap<Statement, string>();

/** PostgreSQL cuts names at 63 bytes; the hash takes 17 of them with its underscore. */
const LONGEST = 46;

/** Stable, readable, and within PostgreSQL's 63 bytes: `GetConnectionLog_3f9a61c04be2d875`. */
export function statementName(statement: Statement): string {
  const known = names.get(statement);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(statement.text).digest('hex').slice(0, 16);
  const name = `${statement.identity.name.replace(/[^\w]/g, '_').slice(0, LONGEST)}_${hash}`;
  names.set(statement, name);
  return name;
}

/**
 * Whether a connection is known to speak always with the same server process. A pooler makes up the
 * process number that it tells its clients, since it must find their cancel requests again; so only a
 * server's own connection has the number that the server says itself.
 */
export function hasOwnServer(client: PgClient, session: Session): boolean {
  return session.process === client.processID;
}
