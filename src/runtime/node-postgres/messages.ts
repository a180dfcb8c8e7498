/**
 * The messages of PostgreSQL's extended protocol that a call sends, gathered in one buffer, so that a
 * call is one write. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import type { BoundValue } from '../database.js';

const enum Code {
  Parse = 80,
  Bind = 66,
  Execute = 69,
  Close = 67,
  Sync = 83,
  Flush = 72,
}

/** A UTF-16 code unit takes three bytes of UTF-8 at most. */
const BYTES_PER_UNIT = 3;

/** What is kept for the next call; a larger buffer is let go. */
const KEPT = 1 << 16;

let buffer = Buffer.allocUnsafeSlow(KEPT);
let at = 0;

/** Starts a new gathering. There is one at a time: nothing is awaited between this and `taken`. */
export function begin(): void {
  at = 0;
}

/** How many bytes there are so far. */
export function gathered(): number {
  return at;
}

/** What was gathered. */
export function taken(): Buffer {
  const bytes = Buffer.allocUnsafe(at);
  buffer.copy(bytes, 0, 0, at);
  if (buffer.length > KEPT) buffer = Buffer.allocUnsafeSlow(KEPT);
  return bytes;
}

export function parse(name: string, text: string): void {
  const start = open(Code.Parse, (name.length + text.length) * BYTES_PER_UNIT + 16);
  cString(name);
  cString(text);
  int16(0);
  close(start);
}

/** Binds text, or bytes in binary form; every result is asked for as text. */
export function bind(name: string, values: readonly BoundValue[]): void {
  const start = open(Code.Bind, name.length * BYTES_PER_UNIT + 16);
  buffer[at++] = 0;
  cString(name);
  formats(values);
  int16(values.length);
  for (const value of values) bound(value);
  reserve(2);
  int16(0);
  close(start);
}

/** @param rows how many at most; 0 for all. */
export function execute(rows: number): void {
  const start = open(Code.Execute, 16);
  buffer[at++] = 0;
  at = buffer.writeInt32BE(rows, at);
  close(start);
}

export function closeStatement(name: string): void {
  const start = open(Code.Close, name.length * BYTES_PER_UNIT + 16);
  buffer[at++] = 83;
  cString(name);
  close(start);
}

/** Closes the unnamed portal. */
export function closePortal(): void {
  const start = open(Code.Close, 16);
  buffer[at++] = 80;
  buffer[at++] = 0;
  close(start);
}

export function sync(): void {
  close(open(Code.Sync, 8));
}

export function flush(): void {
  close(open(Code.Flush, 8));
}

function formats(values: readonly BoundValue[]): void {
  reserve(4 + values.length * 2);
  if (!values.some(isBytes)) {
    int16(0);
    return;
  }
  int16(values.length);
  for (const value of values) int16(isBytes(value) ? 1 : 0);
  reserve(2);
}

function isBytes(value: BoundValue): value is Uint8Array {
  return value instanceof Uint8Array;
}

function bound(value: BoundValue): void {
  if (value == null) {
    reserve(4);
    at = buffer.writeInt32BE(-1, at);
  } else if (isBytes(value)) {
    reserve(4 + value.length);
    at = buffer.writeInt32BE(value.length, at);
    buffer.set(value, at);
    at += value.length;
  } else {
    const text = typeof value === 'string' ? value : String(value);
    reserve(4 + text.length * BYTES_PER_UNIT);
    const written = buffer.write(text, at + 4);
    buffer.writeInt32BE(written, at);
    at += 4 + written;
  }
}

/** Writes a message's code, leaves room for its length, and returns where that stands. */
function open(code: Code, atMost: number): number {
  reserve(atMost + 8);
  buffer[at] = code;
  at += 5;
  return at - 4;
}

function close(start: number): void {
  buffer.writeInt32BE(at - start, start);
}

function int16(value: number): void {
  buffer[at++] = value >>> 8;
  buffer[at++] = value;
}

function cString(text: string): void {
  at += buffer.write(text, at);
  buffer[at++] = 0;
}

function reserve(bytes: number): void {
  if (at + bytes <= buffer.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + bytes));
  buffer.copy(larger, 0, 0, at);
  buffer = larger;
}
