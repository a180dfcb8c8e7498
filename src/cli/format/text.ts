/** Problems for people: each with its frame, in colour where a terminal wants it. */
import { styleText as styleWhereSeen } from 'node:util';
import { formatDiagnostic, type Diagnostic } from '../../diagnostic.js';

/** Whether a terminal is there to see it was asked before; Node 22 and later would look at standard output only. */
const styleText: typeof styleWhereSeen = (format, text) => styleWhereSeen(format, text, { validateStream: false });

export function formatText(diagnostic: Diagnostic, color: boolean): string {
  const text = formatDiagnostic(diagnostic);
  if (!color) return text;
  const tone = diagnostic.severity === 'error' ? 'red' : 'yellow';
  const [first = '', ...rest] = text.split('\n');
  const at = first.indexOf(`${diagnostic.severity}`, diagnostic.file?.path.length ?? 0);
  const word = first.slice(at, at + diagnostic.severity.length);
  return [
    `${styleText('bold', first.slice(0, at))}${styleText([tone, 'bold'], word)}${first.slice(at + word.length)}`,
    ...rest.map((line) => styleFrame(line, tone)),
  ].join('\n');
}

function styleFrame(line: string, tone: 'red' | 'yellow'): string {
  const label = /^ {2}(?:help|hint|cause):/.exec(line)?.[0];
  if (label !== undefined) return styleText('cyan', label) + line.slice(label.length);
  const gutter = /^ *\d* \|/.exec(line)?.[0];
  if (gutter === undefined) return line;
  const rest = line.slice(gutter.length);
  return styleText('dim', gutter) + (/^ *\^+$/.test(rest) ? styleText(tone, rest) : rest);
}
