/**
 * Where a string ends must not depend on the server's settings.
 *
 * Four things move the end of a string: `standard_conforming_strings`, which decides whether a
 * backslash in a plain string escapes; the vertical tab, which is white space, and so lets a
 * string continue, only from PostgreSQL 16 on; a client encoding such as GBK, BIG5 or SJIS,
 * in which a backslash can be the second byte of a character; and such an encoding's duplicates,
 * which make two different dollar tags one. node-postgres sends UTF-8 whatever the session's
 * encoding, so that a `SET client_encoding` is all it takes.
 */

/** Calls `refuse` for a closed string whose end or whose content is not the same for every server. */
export function refuseAmbiguousString(
  kind: 'string' | 'escapeString' | 'bitString' | 'dollarString',
  written: string,
  refuse: (problem: string) => void,
): void {
  switch (kind) {
    case 'string':
      // With standard_conforming_strings off a server refuses U&'…' altogether.
      if (written.includes('\\') && !/^[uU]&/.test(written)) {
        refuse("a backslash in a plain string, whose meaning depends on standard_conforming_strings; write E'…'");
      }
      break;
    case 'bitString':
    case 'escapeString':
      if (written.includes('\v') && /'(?:[ \t\n\r\f]|--[^\n\r]*[\n\r])*\v(?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/.test(written.slice(2))) {
        refuse('a vertical tab between the parts of a string');
      }
      break;
    case 'dollarString': {
      const tagLength = written.indexOf('$', 1) + 1;
      // eslint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
      if (/[^\x00-\x7f]/.test(written.slice(0, tagLength)) && written.slice(tagLength, -tagLength).includes('$')) {
        refuse('a dollar sign in a string whose dollar tag is not ASCII');
      }
    }
  }
}

/**
 * An escape string with the same content, in which no backslash that keeps the string open stands
 * directly behind a character that is not ASCII: `é\'` becomes `é''`, and `é\\` becomes `é\134`.
 */
export function hardenEscapeString(written: string): string {
  // eslint-disable-next-line no-control-regex -- what is not ASCII is what is looked for
  if (!/[^\x00-\x7f]\\/.test(written)) return written;
  let hardened = '';
  for (let at = 0; at < written.length; at++) {
    if (written[at] !== '\\') {
      hardened += written[at];
      continue;
    }
    const escaped = written.charAt(++at);
    const endangered = hardened.charCodeAt(hardened.length - 1) >= 0x80;
    if (endangered && escaped === "'") hardened += "''";
    else if (endangered && escaped === '\\') hardened += '\\134';
    else hardened += '\\' + escaped;
  }
  return hardened;
}
