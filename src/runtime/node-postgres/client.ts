/**
 * node-postgres's own `Client` and `Pool`, told apart from everything else by their class.
 *
 * Invariant: a handle is recognized by what it is, and nothing is tried on it. A proxy that passes
 * its target's class and methods on is the same as its target; where `query` or `connect` is another
 * function than the class's, somebody stands in between, who may expect plain configurations.
 */

import type { PooledClient } from '../database.js';

/** What this package uses of node-postgres's connection. */
export interface PgConnection {
  readonly stream: {
    readonly writable: boolean;
    readonly bytesWritten: number;
    write(bytes: Uint8Array): boolean;
    once(event: 'drain' | 'close', listener: () => void): unknown;
    off(event: 'drain' | 'close', listener: () => void): unknown;
    destroy(error?: Error): unknown;
    listeners(event: 'data'): readonly ((chunk: Buffer) => void)[];
    on(event: 'data', listener: (chunk: Buffer) => void): unknown;
    removeListener(event: 'data', listener: (chunk: Buffer) => void): unknown;
  };
  /** Statement names to texts, as the server has confirmed them. */
  readonly parsedStatements: Record<string, string | undefined>;
  prependOnceListener(event: 'readyForQuery', listener: (message: { readonly status: string }) => void): unknown;
  off(event: 'readyForQuery' | 'end', listener: (message: { readonly status: string }) => void): unknown;
  once(event: 'end', listener: () => void): unknown;
  on(event: 'parameterStatus', listener: (message: { readonly parameterName: string; readonly parameterValue: string }) => void): unknown;
  on(event: 'newListener', listener: (event: string) => void): unknown;
  listenerCount(event: string): number;
  emit(event: 'readyForQuery', message: { readonly name: 'readyForQuery'; readonly length: number; readonly status: string }): unknown;
  sendCopyFail(message: string): void;
}

export type Callback = (error: unknown, result?: unknown) => void;

export interface PgClient {
  readonly connection: PgConnection;
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  /** `direct`: without a request before it. Older versions of node-postgres do not have it. */
  readonly sslNegotiation?: string;
  query(query: object, callback: Callback): unknown;
  getTransactionStatus?(): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** Gives a lent client back; with an error it is closed. */
export type Release = (error?: unknown) => void;

export interface PgPool {
  connect(callback: (error: unknown, client: PooledClient | undefined, release: Release) => void): void;
}

export function isPgClient(handle: object): handle is PgClient {
  const prototype = declaring(handle, '_handleDataRow');
  return prototype !== undefined && !isPipelined(handle) && hasMethodOf(handle, prototype, 'query') && hasConnection(handle);
}

export function isPgPool(handle: object): handle is PgPool {
  const prototype = declaring(handle, '_pulseQueue');
  if (prototype === undefined || !hasMethodOf(handle, prototype, 'query') || !hasMethodOf(handle, prototype, 'connect')) return false;
  // A pool of the native binding has the same class.
  const Client: unknown = Reflect.get(handle, 'Client');
  const options: unknown = Reflect.get(handle, 'options');
  if (typeof Client !== 'function' || declaring(Client.prototype, '_handleDataRow') === undefined) return false;
  return !(typeof options === 'object' && options !== null && isPipelined(options));
}

/** A pipelining client refuses query objects of any class but its own. */
export function isPipelined(handle: object): boolean {
  return 'pipeline' in handle && handle.pipeline === true;
}

/** The queries that wait for a client, the next one first; newer versions of node-postgres call them otherwise. */
export function queueOf(client: PgClient): object[] | undefined {
  const queue: unknown = Reflect.get(client, '_queryQueue' in client ? '_queryQueue' : 'queryQueue');
  return Array.isArray(queue) ? (queue as object[]) : undefined;
}

/** The prototype of a handle that declares a method of node-postgres's. */
function declaring(handle: unknown, method: string): object | undefined {
  let prototype: unknown = handle;
  while (typeof prototype === 'object' && prototype !== null) {
    if (Object.hasOwn(prototype, method)) return prototype;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

/** A proxy that binds its target's methods hands out a function of this name. */
function hasMethodOf(handle: object, prototype: object, method: string): boolean {
  const own: unknown = Reflect.get(handle, method);
  return typeof own === 'function' && (own === Reflect.get(prototype, method) || own.name === `bound ${method}`);
}

function hasConnection(handle: object): boolean {
  const connection: unknown = Reflect.get(handle, 'connection');
  return typeof connection === 'object' && connection !== null && 'parsedStatements' in connection && 'stream' in connection;
}
