/** Where a path stands in a configuration, to point at it when it leads nowhere. */
import { isPair, isScalar, parseDocument, visit } from 'yaml';
import type { SourceFile } from '../sql/index.js';
import type { Span } from './document.js';

/** The first value under a `schema` or `queries` key that reads `value`. */
export function scalarRange(file: SourceFile, value: string): Span | undefined {
  let found: Span | undefined;
  visit(parseDocument(file.text, { prettyErrors: false }), {
    Scalar(key, node, ancestors) {
      if (key === 'key' || node.value !== value || !node.range) return undefined;
      const pair = ancestors.findLast(isPair);
      if (!isScalar(pair?.key) || (pair.key.value !== 'schema' && pair.key.value !== 'queries')) return undefined;
      found = { start: node.range[0], end: node.range[1] };
      return visit.BREAK;
    },
  });
  return found;
}
