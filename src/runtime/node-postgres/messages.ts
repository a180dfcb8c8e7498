/**
 * The messages of PostgreSQL's extended protocol that a call sends, gathered in one buffer, so that a
 * call is one write. https://www.postgresql.org/docs/current/protocol-message-formats.html
 *
 * Invariant: what was taken is never written over. Gatherings follow one another in a buffer that is
 * let go when it is full, so that nothing is copied.
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

const SIZE = 1 << 16;

const NONE = Buffer.alloc(0);

let buffer = NONE;
/** Where the gathering begins. */
let first = 0;
let at = 0;

/** Starts a new gathering. There is one at a time: nothing is awaited between this and `taken`. */
export function begin(): void {
  at = first;
}

/** How many bytes there are so far. */
export function gathered(): number {
  return at - first;
}

/** What was gathered. */
export function taken(): Buffer {
  const bytes = buffer.subarray(first, at);
  first = at;
  if (buffer.length > SIZE) {
    buffer = NONE;
    first = at = 0;
  }
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
  const start = open(Code.Bind, name.length * BYTES_PER_UNIT + 16 + values.length * 2);
  buffer[at++] = 0;
  cString(name);
  formats(values);
  int16(values.length);
  for (let index = 0; index < values.length; index++) bound(values[index]);
  reserve(2);
  int16(0);
  close(start);
}

/** @param rows how many at most; 0 for all. */
export function execute(rows: number): void {
  const start = open(Code.Execute, 16);
  buffer[at++] = 0;
  int32(rows);
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
  let bytes = false;
  for (let index = 0; index < values.length && !bytes; index++) bytes = isBytes(values[index]);
  if (!bytes) {
    int16(0);
    return;
  }
  int16(values.length);
  for (const value of values) int16(isBytes(value) ? 1 : 0);
  reserve(2);
}

function isBytes(value: BoundValue): value is Uint8Array {
  return typeof value === 'object' && value !== null;
}

function bound(value: BoundValue): void {
  if (value == null) {
    reserve(4);
    int32(-1);
  } else if (isBytes(value)) {
    reserve(4 + value.length);
    int32(value.length);
    buffer.set(value, at);
    at += value.length;
  } else {
    const text = typeof value === 'string' ? value : String(value);
    reserve(4 + text.length * BYTES_PER_UNIT);
    const written = write(text, at + 4);
    int32(written);
    at += written;
  }
}

/** Up to here a loop is faster than the way into native code. */
const SHORT = 40;

function write(text: string, start: number): number {
  if (text.length > SHORT) return buffer.write(text, start);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return buffer.write(text, start);
    buffer[start + index] = code;
  }
  return text.length;
}

/** Writes a message's code, leaves room for its length, and returns where that stands, from the gathering's beginning. */
function open(code: Code, atMost: number): number {
  reserve(atMost + 8);
  buffer[at] = code;
  at += 5;
  return at - 4 - first;
}

function close(start: number): void {
  const end = at;
  at = first + start;
  int32(end - at);
  at = end;
}

function int32(value: number): void {
  buffer[at++] = value >>> 24;
  buffer[at++] = value >>> 16;
  buffer[at++] = value >>> 8;
  buffer[at++] = value;
}

function int16(value: number): void {
  buffer[at++] = value >>> 8;
  buffer[at++] = value;
}

function cString(text: string): void {
  at += write(text, at);
  buffer[at++] = 0;
}

/** Makes room; what is gathered so far moves to another buffer where this one has none. */
function reserve(bytes: number): void {
  if (at + bytes <= buffer.length) return;
  const length = at - first;
  const larger = Buffer.allocUnsafeSlow(Math.max(SIZE, length * 2 + bytes));
  larger.set(buffer.subarray(first, at));
  buffer = larger;
  first = 0;
  at = length;
}
