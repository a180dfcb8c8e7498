/**
 * Filters on servers and sessions of every encoding: a statement whose own condition is false
 * returns no row, whatever filter it carries, unless the filter leaves its parentheses.
 */
import fc from 'fast-check';
import pg from 'pg';

/** The databases' encodings. The first two are those where a conversion moves the end of a string. */
const SERVER_ENCODINGS = [
  'EUC_TW',
  'UTF8',
  'EUC_JIS_2004',
  'EUC_JP',
  'EUC_CN',
  'EUC_KR',
  'LATIN1',
  'WIN1252',
  'KOI8R',
  'SQL_ASCII',
  'MULE_INTERNAL',
] as const;
const CLIENT_ENCODINGS = [
  'BIG5',
  'SHIFT_JIS_2004',
  'SJIS',
  'GBK',
  'GB18030',
  'UHC',
  'JOHAB',
  'EUC_TW',
  'EUC_JP',
  'EUC_CN',
  'EUC_KR',
  'EUC_JIS_2004',
  'LATIN1',
  'WIN1251',
  'WIN874',
  'SQL_ASCII',
  'MULE_INTERNAL',
] as const;

const SETTINGS: readonly (readonly string[])[] = [
  ['backslash_quote = on'],
  ['backslash_quote = on', 'standard_conforming_strings = off', 'escape_string_warning = off'],
];

/** Pieces that end a string in one encoding and not in another. */
const PIECES = [
  "'",
  "'",
  "''",
  '\\',
  "\\'",
  '\\\\',
  "E'",
  "N'",
  "U&'",
  "B'0'",
  '$$',
  '$é$',
  '$日$',
  '$a$',
  '"',
  '\n',
  '\v',
  ' -- ',
  '/*',
  '*/',
  '_',
  '~',
  '|',
  ') OR true OR (',
  ') OR (true',
  "'' = ''",
  'true OR ',
  ' = ',
  'true',
  '(',
  ')',
  ' || ',
  ' ',
];
const beyondAscii = fc.oneof(
  fc.constantFrom('中', 'é', '日本', '\u00a5', '\u8868', 'ぁ', '⒁', '\u0083', '\u00a0', '💥'),
  fc.integer({ min: 0x80, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
);
const TEMPLATES = [
  (inside: string) => `true OR '' = ${inside}`,
  (inside: string) => `true OR '' = E'${inside}\\') OR true OR ('' = '' -- '`,
  (inside: string) => `true OR '' = E'${inside}'') OR true OR ('''' = '''' -- '`,
  (inside: string) => `true OR '' = E'${inside}_'') OR true OR ('''' = '''' -- '`,
  (inside: string) => `true OR '' = '${inside}' || ') OR true OR ('' = '' -- '`,
  (inside: string) => `true OR '${inside}' = ') OR true OR ('' = '' -- '`,
  (inside: string) => `true OR '' = $é$${inside}$é$`,
  (inside: string) => `true OR "${inside}" = ") OR true OR ('' = '' -- "`,
  (inside: string) => `true /* ${inside} */ OR '' = ') OR true OR ('' = '' -- '`,
  (inside: string) => `true -- ${inside}\n OR '' = ') OR true OR ('' = '' -- '`,
];

export const encodedFragment = fc
  .tuple(fc.constantFrom(...TEMPLATES), fc.array(fc.oneof(beyondAscii, fc.constantFrom(...PIECES)), { minLength: 1, maxLength: 4 }))
  .map(([template, pieces]) => template(pieces.join('')));

/** A session whose encoding and settings are not the default ones. */
export interface Session {
  readonly name: string;
  /** How many rows a statement returns whose own condition is `own`, or the server's error code. */
  rows(condition: string, own?: boolean): Promise<number | string | undefined>;
}

export interface Sessions {
  readonly all: readonly Session[];
  close(): Promise<void>;
}

/** A database for each server encoding, and a session there for each client encoding that it converts. */
export async function openSessions(
  url: string,
  servers: readonly string[] = SERVER_ENCODINGS,
  clients: readonly string[] = CLIENT_ENCODINGS,
): Promise<Sessions> {
  const admin = new pg.Client(url);
  await admin.connect();
  const open: pg.Client[] = [];
  const all: Session[] = [];
  const names = servers.map((encoding) => ({ encoding, database: `sqlward_${encoding.toLowerCase()}_${process.pid}` }));
  for (const { encoding, database } of names) {
    await admin.query(
      `CREATE DATABASE ${database} ENCODING '${encoding}' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    const client = new pg.Client({ connectionString: url, database });
    client.on('error', () => undefined);
    await client.connect();
    open.push(client);
    for (const [index, encoded] of clients.entries()) {
      const settings = [`client_encoding = '${encoded}'`, ...(SETTINGS[index % SETTINGS.length] ?? [])];
      if (await configured(client, settings)) all.push(sessionOf(client, `client_encoding ${encoded} on ${encoding}`, settings));
    }
  }
  return {
    all,
    async close() {
      for (const client of open) await client.end();
      for (const { database } of names) await admin.query(`DROP DATABASE ${database}`);
      await admin.end();
    },
  };
}

/** False where the server has no conversion between the two encodings. */
async function configured(client: pg.Client, settings: readonly string[]): Promise<boolean> {
  // Sent alone: after an error the session still speaks what it spoke before.
  await client.query("RESET ALL; SET client_encoding = 'UTF8'").catch(() => client.query('RESET ALL'));
  try {
    for (const setting of settings) await client.query(`SET ${setting}`);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return false;
    throw error;
  }
}

const current = new WeakMap<pg.Client, string>();

function sessionOf(client: pg.Client, name: string, settings: readonly string[]): Session {
  return {
    name,
    async rows(condition, own = false) {
      if (current.get(client) !== name) await configured(client, settings);
      current.set(client, name);
      try {
        // A value makes node-postgres use the extended protocol.
        const result = await client.query(`SELECT 'escaped' WHERE $1::boolean AND (\n${condition}\n)`, [own]);
        return result.rows.length;
      } catch (error) {
        if (error instanceof pg.DatabaseError) return error.code;
        throw error;
      }
    },
  };
}
