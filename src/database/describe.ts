/**
 * SQL text → what PostgreSQL says of its parameters and columns, or why it refuses the text.
 *
 * Invariant: after every answer the connection is idle again (its ReadyForQuery was seen), so that
 * no text affects the next, and every call settles: a connection that dies, or does not answer in
 * time, rejects what waits on it.
 */
import { getTypeData } from '@pgtyped/query/lib/actions.js';
import { messages } from '@pgtyped/wire';
import type pg from 'pg';
import { CompileError } from '../diagnostic.js';
import { connectClient } from './connect.js';
import type { Description, DescribeFailure } from './description.js';
import { handOver, type WireQueue } from './wire.js';

export interface Describer {
  /** One text with native placeholders. Calls may overlap; they are answered in order. */
  describe(text: string): Promise<Description | DescribeFailure>;
  close(): Promise<void>;
}

export function isFailure(answer: Description | DescribeFailure): answer is DescribeFailure {
  return 'message' in answer;
}

export interface DescriberOptions {
  /** How long the server may take over one text, in milliseconds. */
  readonly answerWithin?: number;
}

const ANSWER_WITHIN_MS = 30_000;

/** Opens a connection for `describe`; throws `CompileError` where the database does not answer. */
export async function openDescriber(url: string, options: DescriberOptions = {}): Promise<Describer> {
  // pgtyped's own start-up ends the process where a connection fails, and knows neither Unix
  // sockets nor most of a URL's options; `pg` connects and logs in, then pgtyped takes the socket.
  const client = await connectClient(url);
  const queue = handOver(client);
  const answerWithin = options.answerWithin ?? ANSWER_WITHIN_MS;
  let last: Promise<unknown> = Promise.resolve();
  return {
    describe(text) {
      const answer = last.then(() => describeWithin(client, queue, text, answerWithin));
      last = answer.catch(() => {});
      return answer;
    },
    async close() {
      await client.end().catch(() => {});
    },
  };
}

async function describeWithin(client: pg.Client, queue: WireQueue, text: string, limit: number): Promise<Description | DescribeFailure> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new CompileError([
        {
          severity: 'error',
          message: `the database at ${client.host}:${client.port} did not answer within ${limit / 1000} s`,
          remedy: 'Look whether another session holds a lock on a table that the query reads, then run again.',
        },
      ]);
      queue.lose(error);
      reject(error);
    }, limit);
  });
  try {
    return await Promise.race([describeOnce(queue, text), queue.lost, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function describeOnce(queue: WireQueue, text: string): Promise<Description | DescribeFailure> {
  const nul = text.indexOf('\0');
  // The protocol ends a string at a NUL: the server would be sent another text.
  if (nul >= 0) return failure('the text holds a NUL character', { C: '22021', P: String([...text.slice(0, nul)].length + 1) });
  queue.serverError = undefined;
  let answer: Awaited<ReturnType<typeof getTypeData>>;
  try {
    answer = await getTypeData(text, queue);
  } catch (error) {
    // pgtyped throws a plain object for an error at a step where it expected none.
    if (error instanceof Error || queue.serverError === undefined) throw error;
    answer = { errorCode: '', message: queue.serverError['M'] ?? '' };
  }
  await queue.reply(messages.readyForQuery);
  if ('errorCode' in answer) return failure(answer.message, queue.serverError ?? {});
  return {
    // The wire format's OIDs are unsigned, and pgtyped reads them as signed.
    parameterTypeOids: answer.params.map(({ oid }) => oid >>> 0),
    columns: answer.fields.map((field) => ({
      name: field.name,
      typeOid: field.typeOID >>> 0,
      typeModifier: field.typeModifier,
      tableOid: field.tableOID >>> 0,
      attributeNumber: field.columnAttrNumber,
    })),
  };
}

/** From the fields of an ErrorResponse, by their letters in the protocol. */
function failure(message: string, fields: Readonly<Record<string, string | undefined>>): DescribeFailure {
  return {
    message,
    sqlstate: fields['C'],
    hint: fields['H'],
    detail: fields['D'],
    position: fields['P'] === undefined ? undefined : Number(fields['P']),
  };
}
