/**
 * Databases that several entries of a configuration share: one database, one catalog and one
 * describer for all that ask the same server with the same schema.
 *
 * Invariant: a database is closed when nobody holds it and nobody is expected any more, and never
 * before; who comes later gets a new one.
 */
import type { CompileError } from '../diagnostic.js';
import type { Catalog } from '../catalog/index.js';
import type { DatabaseChoice } from '../config/index.js';
import type { SourceFile } from '../sql/index.js';
import { readCatalog } from './catalog/read.js';
import { connectClient } from './connect.js';
import { openDescriber, type Describer } from './describe.js';
import { openDatabase, type OpenDatabase, type OpenOptions } from './open.js';
import type { SchemaFailure } from './schema/failures.js';

export interface SharedDatabase {
  readonly catalog: Catalog;
  readonly describer: Describer;
  readonly failures: readonly SchemaFailure[];
  readonly named: ReadonlySet<string>;
  /** Why another database was to be asked, and is not. */
  readonly standsIn: CompileError | undefined;
  /** To be called once. One that stopped answering is `broken`: whoever comes next gets a new one. */
  release(broken?: boolean): Promise<void>;
}

export interface DatabaseWish {
  readonly choice: DatabaseChoice;
  readonly schema: readonly SourceFile[];
  /** The query files of all that share the database. */
  readonly queries: readonly SourceFile[];
  readonly options: Omit<OpenOptions, 'queries'>;
}

export class DatabasePool {
  readonly #entries = new Map<string, PooledDatabase>();
  readonly #expected = new Map<string, number>();

  /** Keeps what `key` opens until it was acquired so many times. */
  expect(key: string, times: number): void {
    this.#expected.set(key, times);
  }

  /** `key` stands for those who share; the schema's text decides whether an open one is still theirs. Rejects with a `CompileError`. */
  async acquire(key: string, wish: DatabaseWish): Promise<SharedDatabase> {
    this.#expected.set(key, Math.max(0, (this.#expected.get(key) ?? 0) - 1));
    const content = JSON.stringify(wish.schema.map(({ path, text }) => [path, text]));
    const known = this.#entries.get(key);
    const shared = (this.#expected.get(key) ?? 0) > 0;
    const entry = known?.content === content ? known : new PooledDatabase(content, open(wish, shared));
    this.#entries.set(key, entry);
    entry.holders++;
    const leave = async (broken: boolean): Promise<void> => {
      entry.holders--;
      const isCurrent = this.#entries.get(key) === entry;
      if (broken && isCurrent) this.#entries.delete(key);
      if (entry.holders > 0 || (isCurrent && !broken && (this.#expected.get(key) ?? 0) > 0)) return;
      if (isCurrent) this.#entries.delete(key);
      await entry.close();
    };
    try {
      const { catalog, describer, database } = await entry.opened;
      const { failures, named, standsIn } = database;
      return { catalog, describer, failures, named, standsIn, release: (broken = false) => leave(broken) };
    } catch (error) {
      await leave(false);
      throw error;
    }
  }

  /** Closes everything, for the end of a run. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map((entry) => entry.close()));
  }
}

interface Opened {
  readonly database: OpenDatabase;
  readonly catalog: Catalog;
  readonly describer: Describer;
}

class PooledDatabase {
  holders = 0;
  #closing: Promise<void> | undefined;

  constructor(
    readonly content: string,
    readonly opened: Promise<Opened>,
  ) {
    // Whoever acquires it is told.
    opened.catch(() => {});
  }

  close(): Promise<void> {
    this.#closing ??= this.opened.then(
      async ({ database, describer }) => {
        await describer.close();
        await database.close();
      },
      () => {},
    );
    return this.#closing;
  }
}

async function open({ choice, schema, queries, options }: DatabaseWish, shared: boolean): Promise<Opened> {
  const started = performance.now();
  const database = await openDatabase(choice, schema, { ...options, queries });
  try {
    const catalog = await catalogOf(database.url);
    const own = await openDescriber(database.url);
    const describer = shared ? remembering(own) : own;
    options.report?.(`${database.label}, ready in ${((performance.now() - started) / 1000).toFixed(2)} s`);
    return { database, catalog, describer };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Entries that share a schema often share queries, and the answer to a text is always the same. */
function remembering(describer: Describer): Describer {
  const answers = new Map<string, ReturnType<Describer['describe']>>();
  return {
    describe(text, expanded = true) {
      const key = `${expanded} ${text}`;
      const known = answers.get(key);
      if (known) return known;
      const answer = describer.describe(text, expanded);
      answers.set(key, answer);
      return answer;
    },
    close: () => describer.close(),
  };
}

async function catalogOf(url: string): Promise<Catalog> {
  const client = await connectClient(url);
  try {
    return await readCatalog(client);
  } finally {
    await client.end();
  }
}
