/**
 * The server's messages, cut out of what a socket brings, with its notices set apart.
 *
 * Invariant: what is passed on is whole messages, in the server's order, none of them a notice.
 */
const NOTICE = 'N'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
/** A message's letter, and its length, which counts itself. */
const HEAD = 5;

/** A notice's fields by their letters in the protocol, each as the server's bytes (`latin1`). */
export type Notice = Readonly<Record<string, string>>;

export class NoticeFilter {
  private chunks: Buffer[] = [];
  private length = 0;
  /** How many bytes must be there before the next message can be whole. */
  private wanted = HEAD;

  private notices: Notice[] = [];

  /** @param onReady takes the notices of each exchange when it ends. */
  constructor(private readonly onReady: (notices: readonly Notice[]) => void) {}

  /** What of the socket's bytes is for others; empty where no other message is whole yet. */
  take(chunk: Buffer): Buffer {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length < this.wanted) return Buffer.alloc(0);
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    const others: Buffer[] = [];
    let at = 0;
    for (;;) {
      this.wanted = HEAD;
      if (all.length - at < HEAD) break;
      const size = 1 + all.readUInt32BE(at + 1);
      this.wanted = size;
      if (all.length - at < size) break;
      const message = all.subarray(at, at + size);
      if (message[0] === NOTICE) this.notices.push(fieldsOf(message.subarray(HEAD)));
      else others.push(message);
      if (message[0] === READY) {
        this.onReady(this.notices);
        this.notices = [];
      }
      at += size;
    }
    this.chunks = at < all.length ? [all.subarray(at)] : [];
    this.length = all.length - at;
    return others.length === 1 && others[0] ? others[0] : Buffer.concat(others);
  }
}

/** Fields, each a letter and a text that ends in a NUL. */
function fieldsOf(payload: Buffer): Notice {
  const fields: Record<string, string> = {};
  for (let at = 0, end = payload.indexOf(0); end > at; at = end + 1, end = payload.indexOf(0, at)) {
    fields[String.fromCharCode(payload[at] ?? 0)] = payload.toString('latin1', at + 1, end);
  }
  return fields;
}
