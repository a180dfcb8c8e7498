/**
 * How PostgreSQL understood a query: the only reading of names in this project.
 *
 * `read.ts` reads the format, `fields.ts` a node's fields and all below it; `query.ts` is the model of one query,
 * `levels.ts` that of a whole statement; `from.ts` and `column.ts` say what each query enforces.
 */
import type { Relation } from '../../catalog/index.js';
import type { AnalysedTrees } from '../../database/index.js';
import { byteOffsets } from '../../sql/index.js';
import { integer } from './fields.js';
import { type Level, levelsOf } from './levels.js';
import { queryOf, type Query } from './query.js';
import { decoded, isList, isNode, readable, readTree, UnreadableTree, type TreeValue } from './read.js';

export { columnsIn, equalitiesOf, neededSubquery, plainColumn, sourcesBehind, sourcesOf, subqueryColumn } from './column.js';
export type { Column, Equality, Source } from './column.js';
export { child, children, conjuncts, contains, flag, has, integer, isNull, items, numbers } from './fields.js';
export { optionalInteger, replaced, text, texts, walk } from './fields.js';
export { type Leaf, Leaves } from './leaves.js';
export { type Condition, joinsIn, optionalIn, rangesIn } from './from.js';
export { allLevels, isAround, type Level, type LevelRange, type Sublink } from './levels.js';
export { actionCommand, alwaysReturnsRow, armsOf, groupKeys, isCut, mergeActions } from './query.js';
export { overwrites, queryOf, targetOf, unmatchedCommands, valueRows, writtenBy } from './query.js';
export type { CommandType, Cte, FromItem, Join, Query, Range, SetOperation, Target } from './query.js';
export { field, fieldsOf, isList, isNode, nodeOf, readable, readTree, UnreadableTree } from './read.js';
export type { TreeNode, TreeValue } from './read.js';

/** One analysed text. Each part is read once, on first use, and throws `UnreadableTree` if it cannot be read. */
export class Analysis {
  private text: string | undefined;
  private tree: TreeValue | undefined;
  private level: Level | undefined;
  private planned: readonly Level[] | undefined;

  constructor(
    private readonly sent: AnalysedTrees,
    /** A node's `location` as an offset in the author's text; undefined if it has none. */
    readonly offset: (location: number | undefined) => number | undefined,
  ) {}

  /** The query as it was written, with its names resolved. */
  get parsed(): Query {
    return onlyQuery((this.tree ??= readTree(this.written)));
  }

  private get written(): string {
    return (this.text ??= decoded(this.sent.parsed));
  }

  get levels(): Level {
    return (this.level ??= levelsOf(this.parsed));
  }

  /** What PostgreSQL plans: views, rules and row-level security expanded. A rule may turn one query into several, or none. */
  get plannedLevels(): readonly Level[] {
    return (this.planned ??= this.readPlanned());
  }

  private readPlanned(): readonly Level[] {
    const planned = decoded(this.sent.rewritten ?? '');
    // Rewriting changes few queries; otherwise both trees share their nodes, and proofs can be shared, too.
    if (planned === '' || planned === `(${this.written})`) return [this.levels];
    const list = readTree(planned) ?? [];
    if (!isList(list)) throw new UnreadableTree('the server sent no list of queries');
    // A rule may add queries to the one that was sent.
    return list.map(onlyQuery).map((each) => levelsOf(each, integer(each.node, 'querySource') === 0 ? this.parsed : undefined));
  }
}

/** `origin` maps an offset of the described text to the author's, if the two differ. */
export function analysisOf(sent: AnalysedTrees, described: string, origin = (offset: number): number => offset): Analysis {
  const toOffset = offsetsIn(described, sent.encoding);
  return new Analysis(sent, (location) => {
    const offset = location === undefined || location < 0 ? undefined : toOffset(location);
    return offset === undefined ? undefined : origin(offset);
  });
}

function onlyQuery(value: TreeValue): Query {
  if (!isNode(value)) throw new UnreadableTree('the server sent no query');
  return queryOf(value);
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

const definitions = new WeakMap<Relation, { readonly level: Level | undefined }>();

/** The analysed SELECT of a view, as the catalog stores it; undefined if the relation is no view or its tree cannot be read. */
export function definitionOf(relation: Relation): Level | undefined {
  const known = definitions.get(relation) ?? { level: readable(() => readDefinition(relation), undefined) };
  definitions.set(relation, known);
  return known.level;
}

function readDefinition({ definitionTree }: Relation): Level | undefined {
  const tree = definitionTree === undefined ? undefined : readTree(definitionTree);
  const [query] = isList(tree) ? tree : [];
  return isNode(query) ? levelsOf(queryOf(query)) : undefined;
}
