/**
 * Named statements, for whoever asks: the server parses and plans once for each connection.
 *
 * Invariant: one name stands for one text, in every process, because it is the text's hash; so a
 * connection never sees a name with two texts, which node-postgres refuses.
 */
import { createHash } from 'node:crypto';
import type { Database, RawQuery, RawResult } from './database.js';

export interface PreparedOptions {
  /**
   * How many different texts are named, 200 by default; further ones are sent unnamed. Every named
   * statement stays in each connection's memory, on both sides, and filters whose text varies
   * (values written as literals) would fill it without end.
   */
  readonly limit?: number;
}

/** The handle that `prepared` returns. */
export class PreparedDatabase implements Database {
  readonly #names = new Map<string, string>();
  readonly #limit: number;

  /** @param database the handle that runs the statements. */
  constructor(
    readonly database: Database,
    options: PreparedOptions = {},
  ) {
    this.#limit = options.limit ?? 200;
  }

  query(config: RawQuery): Promise<RawResult> {
    return this.database.query(this.#named(config));
  }

  /** The same names over another handle, such as a client that the pool has lent. */
  over(database: Database): Database {
    return { query: (config) => database.query(this.#named(config)) };
  }

  #named(config: RawQuery): RawQuery {
    const name = this.#nameOf(config.text);
    return name === undefined ? config : { ...config, name };
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= this.#limit) return known;
    const name = statementName(text);
    this.#names.set(text, name);
    return name;
  }
}

/**
 * A handle over `db` whose statements are named, so that a connection parses each text once.
 *
 * Only for queries whose plan does not depend on the arguments: after five executions PostgreSQL
 * may settle on one generic plan, which cannot know which of a query's optional conditions are in
 * use. Not for a pooler in transaction mode that does not track prepared statements. Make the
 * handle once for each pool or client, and keep it.
 */
export function prepared(db: Database, options?: PreparedOptions): PreparedDatabase {
  return new PreparedDatabase(db, options);
}

/** Stable, and within PostgreSQL's 63 bytes. */
export function statementName(text: string): string {
  return `sqlward_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;
}
