/** A star's text in the statement, and the text in its place. */
import { isBlank, tokenAt, type Token } from '../../sql/index.js';

/** Where a select list entry that ends in `*` ends, given where it starts; undefined for other text. */
export function starEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const token = tokenAt(text, at);
    if (isPunctuation(text, token, '([')) depth++;
    else if (isPunctuation(text, token, ')]')) depth--;
    else if (depth === 0 && token.kind === 'operator') return text.charAt(token.start) === '*' ? token.start + 1 : undefined;
    else if (depth === 0 && text.slice(token.start, token.end) === ',') return undefined;
    at = token.end;
  }
  return undefined;
}

function isPunctuation(text: string, token: Token, marks: string): boolean {
  return token.kind === 'punctuation' && marks.includes(text.slice(token.start, token.end));
}

/** The text on one line, without comments; a string that itself holds a line break keeps it. */
export function onOneLine(text: string): string {
  let line = '';
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    if (!isBlank(token)) line += text.slice(token.start, token.end);
    else if (line !== '' && !line.endsWith(' ')) line += ' ';
    at = token.end;
  }
  return line.trimEnd();
}

/** The replacement with as many line breaks as the replaced text. */
export function keepLines(replaced: string, replacement: string): string | undefined {
  const breaks = (text: string): number => text.split('\n').length - 1;
  const missing = breaks(replaced) - breaks(replacement);
  return missing < 0 ? undefined : replacement + '\n'.repeat(missing);
}
