/** COPY over node-postgres, by the package that does it for a client. */
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/**
 * Streams the chunks into a COPY … FROM STDIN; resolves to how many rows were copied. A client made
 * with `pipeline: true` cannot copy.
 */
export async function copyOver(
  client: { query(config: never): unknown },
  text: string,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<number> {
  signal?.throwIfAborted();
  const { from } = await import('pg-copy-streams');
  const stream = from(text);
  submit(client, stream);
  try {
    await pipeline(chunks, stream, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return stream.rowCount;
}

/** node-postgres takes a query of its own making by the same method; the structural handle does not say so. */
function submit(client: { query(config: never): unknown }, stream: Writable): void {
  client.query(stream as never);
}
