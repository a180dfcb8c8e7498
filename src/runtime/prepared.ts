/**
 * Named statements: the server parses and plans once for each connection.
 *
 * Invariant: only a statement with one plan is named, which the compiler has proven; so the handle
 * serves every query, and no plan can be worse for it.
 */
import type { Connection, Database } from './database.js';
import { DriverHandle, type Handle } from './driver.js';
import { preparedDriverOf } from './driver-of.js';

class PreparedDatabase extends DriverHandle {
  /** @param database the handle that runs the statements. */
  constructor(readonly database: Database) {
    super(preparedDriverOf(database));
  }
}

/**
 * A handle over a pool or client of node-postgres whose statements are named where PostgreSQL has one
 * plan for them, whatever the arguments: rows reached by their whole key, INSERT … VALUES. Every other
 * statement stays unnamed, so that the planner sees its values.
 *
 * A name that a connection has lost, as by DISCARD ALL or a change of the schema, is made anew. Behind
 * a pooler that hands out other connections nothing is named. Make the handle once for each pool or
 * client, and keep it; a handle of another kind runs as it is.
 */
export function prepared<Db extends Database>(db: Db): Handle<Db extends Connection ? false : true>;
export function prepared(db: Database): Database {
  return new PreparedDatabase(db);
}
