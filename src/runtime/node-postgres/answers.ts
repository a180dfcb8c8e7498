/**
 * Reads the server's answers to this package's own queries straight off the socket. node-postgres makes
 * an object and an event of every message, and a string of every field by way of three functions.
 *
 * Invariant: a query is read here only where node-postgres's parser is between two messages, and where
 * nobody listens to the messages that it would not see. It is handed whatever is not of the few kinds
 * below (errors, notices, notifications, parameters, COPY) message by message, and everything when no
 * query of this package is under way; so what it makes of those is as ever. Where its own listener is
 * not the only one, nothing is read here.
 */
import type { RawRow } from '../database.js';
import type { PgConnection } from './client.js';

/** What a query is told of its answer. */
export interface Answered {
  readonly name: string | undefined;
  readonly text: string;
  fields(fields: RawRow): void;
  tag(tag: string): void;
}

const enum Code {
  ParseComplete = 49,
  BindComplete = 50,
  CloseComplete = 51,
  CommandComplete = 67,
  DataRow = 68,
  ReadyForQuery = 90,
}

/** Kind and length of a message. */
const HEADER = 5;

/** Events of messages that node-postgres does not see, and how many listeners of each are its own. */
const UNSEEN: Readonly<Record<string, number>> = {
  dataRow: 1,
  commandComplete: 1,
  parseComplete: 1,
  bindComplete: 0,
  closeComplete: 0,
  message: 0,
};

/** The reader of a connection's answers; undefined where it cannot be read for node-postgres. */
export function answersOf(connection: PgConnection): Answers | undefined {
  const { stream } = connection;
  const [parse, ...others] = stream.listeners('data');
  if (parse === undefined || others.length > 0) return undefined;
  for (const [event, own] of Object.entries(UNSEEN)) if (connection.listenerCount(event) !== own) return undefined;
  const answers = new Answers(connection, (chunk) => void parse.call(stream, chunk));
  stream.on('data', (chunk) => answers.read(chunk));
  stream.removeListener('data', parse);
  return answers;
}

export class Answers {
  /** Whose answer is being read; undefined where node-postgres reads. */
  #query: Answered | undefined;
  /** Whether node-postgres's parser is between two messages. */
  #isBetween = false;
  #isWatched = false;
  /** The beginning of a message of which the rest has not come, and how many bytes must come to know more. */
  #pieces: Buffer[] = [];
  #missing = 0;
  #lastTag = '';

  constructor(
    readonly connection: PgConnection,
    readonly parse: (chunk: Buffer) => void,
  ) {
    connection.on('newListener', (event) => {
      if (event in UNSEEN) this.#isWatched = true;
    });
  }

  /** Called when a query has been submitted: its answer is read here, where that can be. */
  take(query: Answered): void {
    if (this.#isBetween && !this.#isWatched) this.#query = query;
  }

  read(chunk: Buffer): void {
    if (this.#query === undefined) this.#pass(chunk);
    else if (this.#missing === 0) this.#messages(chunk);
    else this.#complete(chunk);
  }

  /**
   * To node-postgres. The server says once that it is ready, and nothing is submitted before, so that the
   * parser is between two messages then, if that is how the chunk ends.
   */
  #pass(chunk: Buffer): void {
    const at = chunk.length - 6;
    this.#isBetween = at >= 0 && chunk[at] === Code.ReadyForQuery && chunk.readInt32BE(at + 1) === 5;
    this.parse(chunk);
  }

  /** More of a message of which the beginning is there; what is large is put together once. */
  #complete(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#missing -= chunk.length;
    if (this.#missing > 0) return;
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#missing = 0;
    this.#messages(whole);
  }

  #messages(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#query === undefined) {
        this.#pass(at === 0 ? chunk : chunk.subarray(at));
        return;
      }
      const end = at + HEADER <= chunk.length ? at + 1 + chunk.readInt32BE(at + 1) : at + HEADER;
      if (end > chunk.length) {
        this.#pieces = [chunk.subarray(at)];
        this.#missing = end - chunk.length;
        return;
      }
      this.#message(this.#query, chunk, at, end);
      at = end;
    }
  }

  #message(query: Answered, chunk: Buffer, at: number, end: number): void {
    switch (chunk[at]) {
      case Code.DataRow:
        query.fields(fieldsOf(chunk, at + HEADER));
        break;
      case Code.CommandComplete:
        query.tag(this.#tag(chunk, at + HEADER, end - 1));
        break;
      case Code.BindComplete:
      case Code.CloseComplete:
        break;
      case Code.ParseComplete:
        if (query.name !== undefined) this.connection.parsedStatements[query.name] = query.text;
        break;
      case Code.ReadyForQuery:
        this.#query = undefined;
        this.connection.emit('readyForQuery', { name: 'readyForQuery', length: 5, status: String.fromCharCode(chunk[at + HEADER] ?? 0) });
        break;
      default:
        this.parse(chunk.subarray(at, end));
    }
  }

  /** A batch has the same one again and again. */
  #tag(chunk: Buffer, start: number, end: number): string {
    const last = this.#lastTag;
    let same = last.length === end - start;
    for (let index = 0; same && index < last.length; index++) same = chunk[start + index] === last.charCodeAt(index);
    if (!same) this.#lastTag = chunk.toString('latin1', start, end);
    return this.#lastTag;
  }
}

function fieldsOf(chunk: Buffer, start: number): RawRow {
  const fields = new Array<string | null>(chunk.readInt16BE(start));
  let at = start + 2;
  for (let index = 0; index < fields.length; index++) {
    const length = chunk.readInt32BE(at);
    at += 4;
    if (length === -1) {
      fields[index] = null;
    } else {
      fields[index] = textOf(chunk, at, at + length);
      at += length;
    }
  }
  return fields;
}

/** Node's own way from UTF-8, without what `toString` asks first: a page of rows has hundreds of fields. */
interface Slicing {
  utf8Slice(start: number, end: number): string;
}

const textOf: (chunk: Buffer, start: number, end: number) => string =
  'utf8Slice' in Buffer.prototype
    ? (chunk, start, end) => (chunk as Buffer & Slicing).utf8Slice(start, end)
    : (chunk, start, end) => chunk.toString('utf8', start, end);
