/**
 * The image of an empty cluster, where every schema begins: the one that the package ships, the one
 * that an earlier run kept, or one made now, which takes `initdb`'s seconds and half a gigabyte.
 *
 * Invariant: an image is used by the PGlite that made it and by no other; its name says by which.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { ownEngine, type Engine } from './engine.js';
import { startEmbedded } from './server.js';

/** To be raised when an image made before would no longer fit. */
const FORMAT = 4;
const SUFFIX = '.image.br';
/** Beside the manifest of the published package. */
export const SHIPPED_FOLDER = 'images';

const require = createRequire(import.meta.url);

/** The name of the empty cluster's image, and the beginning of those with a schema. */
export function baseName({ version }: Engine): string {
  return `pglite-${version}-${FORMAT}`;
}

export async function makeBase(engine: Engine): Promise<Buffer> {
  return (await startEmbedded(undefined, { ...engine, extensions: {} })).closeIntoImage();
}

/** What the published package holds, or undefined: in a checkout, or where another PGlite is installed than it was built with. */
export async function readShippedBase(engine: Engine): Promise<Buffer | undefined> {
  try {
    const folder = join(dirname(require.resolve('@sqlward/cli/package.json')), SHIPPED_FOLDER);
    return await promisify(brotliDecompress)(await readFile(join(folder, baseName(engine) + SUFFIX)));
  } catch {
    return undefined;
  }
}

/** The file to ship: a tenth of the image, and read in a few milliseconds. */
export async function packBase(): Promise<{ readonly name: string; readonly content: Buffer }> {
  const engine = ownEngine();
  const image = await makeBase(engine);
  // A higher quality takes seconds and saves little.
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: image.length,
  };
  return { name: baseName(engine) + SUFFIX, content: await promisify(brotliCompress)(image, { params }) };
}
