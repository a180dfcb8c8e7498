/**
 * Where a string ends must not depend on the server's settings.
 *
 * Two things move the end of a string that is written in ASCII: `standard_conforming_strings`,
 * which decides whether a backslash in a plain string escapes; and the vertical tab, which is white
 * space, and so lets a string continue, only from PostgreSQL 16 on.
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
      if (written.includes('\v') && hasTabBetweenParts(written, kind === 'escapeString'))
        refuse('a vertical tab between the parts of a string');
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

/** Whether a vertical tab stands where the parts of a string are apart, outside of comments. */
function hasTabBetweenParts(written: string, escapes: boolean): boolean {
  let isInside = false;
  for (let at = 1; at < written.length; at++) {
    const character = written[at];
    if (character === "'") isInside = !isInside;
    else if (isInside && escapes && character === '\\') at++;
    else if (!isInside && character === '-') while (at < written.length && written[at] !== '\n' && written[at] !== '\r') at++;
    else if (!isInside && character === '\v') return true;
  }
  return false;
}
