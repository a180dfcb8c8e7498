/**
 * The part of a migration that builds the schema up, of golang-migrate, goose, dbmate,
 * sql-migrate, tern and atlas.
 *
 * Invariant: what is taken out is blanked, so the text keeps its length, and every offset and
 * every line of what is left is the author's.
 */

/** Which way the lines after a marker go; undefined where a line is no such marker. */
function direction(line: string): 'up' | 'down' | undefined {
  const annotated = /^--\s*(?:\+goose|\+migrate)\s+(up|down)\b/i.exec(line) ?? /^--\s*migrate:(up|down)\b/i.exec(line);
  if (annotated) return annotated[1]?.toLowerCase() === 'down' ? 'down' : 'up';
  return /^----\s*create above\s*\/\s*drop below\s*----/i.test(line) ? 'down' : undefined;
}

function isStatementMark(line: string): boolean {
  return /^--\s*\+(?:goose|migrate)\s+statement(?:begin|end)\b/i.test(line);
}

/** The text with everything but its up part blanked. */
export function upPart(text: string): string {
  let going: 'up' | 'down' = 'up';
  let substitutes = false;
  let result = '';
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const turn = direction(line);
    going = turn ?? going;
    if (turn !== undefined || isStatementMark(line)) {
      // The tools cut here, with or without a semicolon before.
      result += `;${blank(line).slice(1)}`;
      continue;
    }
    if (going === 'down') {
      result += blank(line);
      continue;
    }
    const switched = /^--\s*\+goose\s+envsub\s+(on|off)\b/i.exec(line);
    if (switched) substitutes = switched[1]?.toLowerCase() === 'on';
    result += withoutTemplates(substitutes ? withoutVariables(line) : line);
  }
  return result.startsWith('\uFEFF') ? ` ${result.slice(1)}` : result;
}

/** tern's `{{ … }}`: what they would print is not known here, and usually a prefix. */
function withoutTemplates(line: string): string {
  return line.replace(/\{\{.*?\}\}/g, blank);
}

/** goose's `$NAME`, `${NAME}` and `${NAME:-default}`: the default, else the name itself, which stands for an identifier. */
function withoutVariables(line: string): string {
  return line.replace(
    /\$\{(\w+)(?::?-([^}]*))?\}|(?<![\w$])\$([a-z_]\w*)(?!\w*\$)/gi,
    (whole: string, name: string, fallback?: string, bare?: string) => (fallback ?? bare ?? name).padEnd(whole.length),
  );
}

/** The same length in spaces; line breaks stay. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
