/**
 * How PostgreSQL understood a query: the only reading of names in this project.
 *
 * `read.ts` reads the format, `fields.ts` a node's fields; `query.ts` is the model of one query, `levels.ts`
 * that of a whole statement; `conditions.ts` says what each query enforces; `walk.ts` visits expressions.
 */
import { byteOffsets } from '../../sql/index.js';
import { integer } from './fields.js';
import { type Level, levelsOf } from './levels.js';
import { queryOf, type Query } from './query.js';
import { isList, isNode, readTree, UnreadableTree, unwrapped, type TreeValue } from './read.js';

export { columnReference, type ColumnReference, type PlainColumn, plainColumn, subqueryColumn } from './column.js';
export { type Condition, conditionsOf, equalitiesOf, type Equality, mergeActions, neededSubquery, needsBothRows } from './conditions.js';
export { definitionOf } from './definition.js';
export { child, children, flag, has, integer, items, numbers, optionalInteger, replaced, text, texts } from './fields.js';
export { type Leaf, type Leaves, leavesIn } from './leaves.js';
export {
  allLevels,
  armLevels,
  assertKnown,
  type Clause,
  joinsIn,
  type Level,
  levelsOf,
  optionalRanges,
  optionalSides,
  levelAt,
  queryBehind,
  rangesIn,
  type Sublink,
} from './levels.js';
export { actionCommand, armsOf, hasWholeGroup, outputsOf, overwrites, queryOf, targetOf, writtenBy } from './query.js';
export type { CommandType, Cte, FromItem, Join, Query, Range, SetOperation, Target } from './query.js';
export { field, fieldsOf, isList, isNode, isNumbers, nodeOf, readable, readTree, UnreadableTree } from './read.js';
export type { Numbers, TreeNode, TreeValue } from './read.js';
export { conjuncts, contains, walk } from './walk.js';

/** What the server sent beside a description; see `database/description.ts`. */
interface SentTrees {
  readonly parsed: string;
  readonly rewritten: string | undefined;
  readonly encoding: string;
}

/** One analysed text. Each part is read once, on first use, and throws `UnreadableTree` if it cannot be read. */
export interface Analysis {
  /** The query as it was written, with its names resolved. */
  readonly parsed: Query;
  readonly levels: Level;
  /** What PostgreSQL plans: views, rules and row-level security expanded. A rule may turn one query into several, or none. */
  readonly planned: readonly Query[];
  readonly plannedLevels: readonly Level[];
  /** A node's `location` as an offset in the author's text; undefined if it has none. */
  readonly offset: (location: number | undefined) => number | undefined;
}

/** `origin` maps an offset of the described text to the author's, if the two differ. */
export function analysisOf(
  { parsed, rewritten, encoding }: SentTrees,
  described: string,
  origin = (offset: number): number => offset,
): Analysis {
  const toOffset = offsetsIn(described, encoding);
  const query = once(() => onlyQuery(readTree(parsed)));
  // Rewriting changes few queries; otherwise both trees share their nodes, and proofs can be shared, too.
  const queries = once(() =>
    rewritten === undefined || unwrapped(rewritten) === `(${unwrapped(parsed)})` ? [query()] : queriesOf(readTree(rewritten)),
  );
  const levels = once(() => levelsOf(query()));
  const plannedLevels = once(() =>
    queries().map((each) => (each === query() ? levels() : levelsOf(each, isOriginal(each) ? query() : undefined))),
  );
  return {
    get parsed() {
      return query();
    },
    get levels() {
      return levels();
    },
    get planned() {
      return queries();
    },
    get plannedLevels() {
      return plannedLevels();
    },
    offset(location) {
      const offset = location === undefined || location < 0 ? undefined : toOffset(location);
      return offset === undefined ? undefined : origin(offset);
    },
  };
}

/** A value that is computed on first use. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Whether this is the query that was sent, rather than one that a rule added. */
function isOriginal({ node }: Query): boolean {
  return integer(node, 'querySource') === 0;
}

function onlyQuery(value: TreeValue): Query {
  if (!isNode(value)) throw new UnreadableTree('the server sent no query');
  return queryOf(value);
}

function queriesOf(value: TreeValue): readonly Query[] {
  if (value === null) return [];
  if (!isList(value)) throw new UnreadableTree('the server sent no list of queries');
  return value.map(onlyQuery);
}

/** Encodings with one byte per character; in others, offsets are known only for ASCII text. */
const SINGLE_BYTE = /^(?:LATIN\d+|ISO_8859_\d+|WIN\d+|KOI8[RU])$/;

function offsetsIn(text: string, encoding: string): (location: number) => number | undefined {
  // eslint-disable-next-line no-control-regex -- ASCII is the same in each of them
  if (/^[\x00-\x7f]*$/.test(text)) return (location) => location;
  // SQL_ASCII takes the client's bytes as they are.
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return byteOffsets(text);
  // None of these encodings has characters that take two UTF-16 units.
  return SINGLE_BYTE.test(encoding) ? (location) => location : () => undefined;
}
