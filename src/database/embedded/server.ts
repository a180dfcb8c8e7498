/**
 * A PGlite in this process's memory, behind a socket of the loopback interface, so that pgtyped
 * and `pg` reach it as they reach any server.
 *
 * Invariant: it writes nothing to disk, so it needs no lock, and a killed process leaves nothing.
 */
import type { MemoryFS, PGlite } from '@electric-sql/pglite';
import type { Engine, PgliteModule } from './engine.js';
import type { SchemaEvent } from '../schema/failures.js';
import { listen } from './socket.js';
import { isWasmFileSystem, packImage, readImage, unpackImage, type Image, type WasmFileSystem } from './image.js';

export interface EmbeddedServer {
  readonly url: string;
  /** `server_version`, e.g. `18.6`. */
  readonly serverVersion: string;
  close(): Promise<void>;
  /** What became of the schema that its image was made with. */
  readonly events: readonly SchemaEvent[];
  /** Shuts the server down and packs what it leaves; the image's sessions start with the search path. */
  closeIntoImage(searchPath?: string, events?: readonly SchemaEvent[]): Promise<Buffer>;
}

const DATA = '/pglite/data';

/**
 * Small buffers: the data is in memory anyway. Log segments of 1 MB keep the image small. The trees of
 * every query would be written to a server log, too, which nobody reads.
 */
const START_PARAMETERS = ['-c', 'shared_buffers=16MB', '-c', 'log_min_messages=fatal', '-c', 'wal_recycle=off', '-c', 'min_wal_size=2MB'];
const INITDB_PARAMETERS = ['--wal-segsize=1', '--set', 'shared_buffers=16MB'];

/** Starts from an image, or with a new cluster where it is undefined. Throws where the image does not start. */
export async function startEmbedded(imageBytes: Buffer | undefined, { module, extensions }: Engine): Promise<EmbeddedServer> {
  const image = imageBytes && readImage(imageBytes);
  if (imageBytes && !image) throw new Error('the image is not whole');
  const database = await module.PGlite.create({
    fs: imageBytes && image ? imageFileSystem(module, imageBytes, image) : new module.MemoryFS(),
    extensions: { ...extensions },
    // A database's own settings do not reach PGlite's session, which is that of a single user.
    startParams: [
      ...module.PGlite.defaultStartParams,
      ...START_PARAMETERS,
      ...(image?.searchPath ? ['-c', `search_path=${image.searchPath}`] : []),
    ],
    initDbStartParams: INITDB_PARAMETERS,
  });
  try {
    const serverVersion = image?.serverVersion ?? (await queryText(database, 'SHOW server_version'));
    const listener = await listen(database);
    return {
      url: `postgres://postgres:postgres@${listener.address}/postgres`,
      serverVersion,
      async close() {
        await listener.close();
        await database.close();
      },
      events: image?.events ?? [],
      async closeIntoImage(searchPath, events = []) {
        await listener.close();
        await database.exec('CHECKPOINT');
        const first = await queryText(database, 'SELECT redo_wal_file FROM pg_control_checkpoint()');
        const last = await queryText(database, 'SELECT pg_walfile_name(pg_current_wal_insert_lsn() + 1048576)');
        // Its files outlive it: they are plain objects of this process.
        const files = fileSystemOf(database);
        await database.close();
        return packImage(files, DATA, { serverVersion, searchPath: searchPath ?? null, events }, (path) =>
          isUnneededLog(path, first, last),
        );
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function fileSystemOf(database: PGlite): WasmFileSystem {
  const files: unknown = database.Module.FS;
  if (!isWasmFileSystem(files)) throw new TypeError('the installed version of PGlite keeps its files elsewhere');
  return files;
}

async function queryText(database: PGlite, text: string): Promise<string> {
  const { rows } = await database.query<Record<string, unknown>>(text);
  return String(Object.values(rows[0] ?? {})[0]);
}

/** Log segments from before the last checkpoint, and those made ready for later. */
function isUnneededLog(path: string, first: string, last: string): boolean {
  const segment = /^pg_wal\/([0-9A-F]{24})$/.exec(path)?.[1];
  return segment !== undefined && (segment < first || segment > last);
}

/** A file system in memory that begins with an image's files. */
export function imageFileSystem(module: PgliteModule, bytes: Buffer, image: Image): MemoryFS {
  return new (class extends module.MemoryFS {
    override async initialSyncFs(): Promise<void> {
      if (this.pg) unpackImage(bytes, image, fileSystemOf(this.pg), DATA);
    }
  })();
}
