/**
 * SQL text → what PostgreSQL says of its parameters and columns and how it understood the text, or
 * why it refuses it.
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
import type { AnalysedTrees, Description, DescribeFailure } from './description.js';
import type { Notice } from './notices.js';
import { handOver, type WireQueue } from './wire.js';

export interface Describer {
  /**
   * One text with native placeholders. Calls may overlap; each is answered in its turn. Unless `expanded` is
   * false, the answer has what rewriting makes of the text, too.
   */
  describe(text: string, expanded?: boolean): Promise<Description | DescribeFailure>;
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

/**
 * From the last one on, the answer to each text begins with how the server understood it. Its log
 * would have all of that, too; a superuser may keep it out.
 */
const SEND_TREES = `
SELECT set_config('log_min_messages', 'fatal', false) WHERE current_setting('is_superuser') = 'on';
SET debug_pretty_print = off;
SET debug_print_parse = on;
SET client_min_messages = log`;

/** Opens a connection for `describe`; throws `CompileError` where the database does not answer. */
export async function openDescriber(url: string, options: DescriberOptions = {}): Promise<Describer> {
  // pgtyped's own start-up ends the process where a connection fails, and knows neither Unix
  // sockets nor most of a URL's options; `pg` connects and logs in, then pgtyped takes the socket.
  const client = await connectClient(url);
  const encoding = await prepareSession(client);
  const session: Session = { queue: handOver(client), encoding, expands: false };
  const answerWithin = options.answerWithin ?? ANSWER_WITHIN_MS;
  const waiting: Waiting[] = [];
  let isAsking = false;
  const askAll = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    for (let next = takeNext(waiting, session); next !== undefined; next = takeNext(waiting, session))
      await describeWithin(client, session, next.question, answerWithin).then(next.resolve, next.reject);
    isAsking = false;
  };
  return {
    describe: (text, expanded = true) =>
      new Promise((resolve, reject) => {
        waiting.push({ question: { text, expanded }, resolve, reject });
        void askAll();
      }),
    async close() {
      await client.end().catch(() => {});
    },
  };
}

interface Session {
  readonly queue: WireQueue;
  readonly encoding: string;
  /** Whether the server sends what rewriting makes of a text: as much again as the query, which few proofs need. */
  expands: boolean;
}

interface Question {
  readonly text: string;
  readonly expanded: boolean;
}

interface Waiting {
  readonly question: Question;
  readonly resolve: (answer: Description | DescribeFailure) => void;
  readonly reject: (error: unknown) => void;
}

/** One for which the session need not change what it sends, or else the first. */
function takeNext(waiting: Waiting[], { expands }: Session): Waiting | undefined {
  const found = waiting.findIndex(({ question }) => question.expanded === expands);
  return waiting.splice(Math.max(found, 0), 1)[0];
}

/** Asks for the trees; gives the server's encoding. */
async function prepareSession(client: pg.Client): Promise<string> {
  try {
    const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
    await client.query(SEND_TREES);
    return rows[0]?.server_encoding ?? '';
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function describeWithin(
  client: pg.Client,
  session: Session,
  question: Question,
  limit: number,
): Promise<Description | DescribeFailure> {
  const { queue } = session;
  const timer = setTimeout(() => {
    queue.lose(
      new CompileError([
        {
          severity: 'error',
          message: `the database at ${client.host}:${client.port} did not answer within ${limit / 1000} s`,
          remedy: 'Look whether another session holds a lock on a table that the query reads, then run again.',
        },
      ]),
    );
  }, limit);
  try {
    return await queue.whileConnected(() => describeOnce(session, question));
  } finally {
    clearTimeout(timer);
  }
}

async function describeOnce(session: Session, { text, expanded }: Question): Promise<Description | DescribeFailure> {
  const { queue, encoding } = session;
  const nul = text.indexOf('\0');
  // The protocol ends a string at a NUL: the server would be sent another text.
  if (nul >= 0) return failure('the text holds a NUL character', { C: '22021', P: String([...text.slice(0, nul)].length + 1) });
  // Its answer is passed over on the way to that of the text, with which it is sent.
  if (session.expands !== expanded) await queue.send(messages.query, { query: `SET debug_print_rewritten = ${expanded ? 'on' : 'off'}` });
  session.expands = expanded;
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
    trees: treesOf(queue.notices, expanded, encoding),
  };
}

function treesOf(notices: readonly Notice[], expanded: boolean, encoding: string): AnalysedTrees | undefined {
  const sent = (title: string): string | undefined => {
    const [tree, ...others] = notices.filter(({ M: message }) => message === title);
    // What comes twice belongs to more than one text, and none can be told from another.
    return others.length === 0 ? tree?.['D'] : undefined;
  };
  const parsed = sent('parse tree:');
  const rewritten = expanded ? sent('rewritten parse tree:') : undefined;
  return parsed === undefined || (expanded && rewritten === undefined) ? undefined : { parsed, rewritten, encoding };
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
