/** Small readings of PostgreSQL's analysed nodes, whatever version wrote them. */
import { child, children, field, fieldsOf, flag, integer, isList, isNode, optionalInteger } from '../analysis/index.js';
import type { TreeNode, TreeValue } from '../analysis/index.js';
import { TYPE } from './pg-types.js';

export type Node = TreeNode;

/** A number that not every version writes, 0 where it does not. */
export function numberOf(node: Node, name: string): number {
  return optionalInteger(node, name) ?? 0;
}

/** The bytes of a constant that is not NULL, those of an array or a text without what stands before them. */
export function bytesOf(constant: Node): Buffer | undefined {
  const value = field(constant, 'constvalue');
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return undefined;
  return Buffer.from(value.bytes.map((byte) => Number(byte) & 0xff));
}

/** Of a varlena as constants have it: a length of four bytes, then the data. */
const VARLENA_HEADER = 4;

/** A value that is written down. */
export type Constant = boolean | number | string | null;

const nameIn = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0[^]*$/, '');
const textIn = (bytes: Buffer): string => bytes.toString('utf8', VARLENA_HEADER);

/** By type. */
const READERS: Readonly<Record<number, (bytes: Buffer) => Constant>> = {
  [TYPE.bool]: (bytes) => bytes[0] === 1,
  [TYPE.int8]: (bytes) => Number(bytes.readBigInt64LE(0)),
  [TYPE.int2]: (bytes) => bytes.readInt16LE(0),
  [TYPE.int4]: (bytes) => bytes.readInt32LE(0),
  [TYPE.name]: nameIn,
  [TYPE.unknown]: nameIn,
  [TYPE.text]: textIn,
  [TYPE.bpchar]: textIn,
  [TYPE.varchar]: textIn,
};

/** The value of a boolean, an integer, a text or a name, and NULL of any type; undefined for all other nodes. */
export function constantOf(node: Node | undefined): Constant | undefined {
  if (node?.tag === 'RELABELTYPE' || node?.tag === 'COERCETODOMAIN') return constantOf(child(node, 'arg'));
  if (node?.tag !== 'CONST') return undefined;
  if (flag(node, 'constisnull')) return null;
  const bytes = bytesOf(node);
  const value = bytes && READERS[integer(node, 'consttype')]?.(bytes);
  return typeof value !== 'number' || Number.isSafeInteger(value) ? value : undefined;
}

export function constantText(node: Node | undefined): string | undefined {
  const value = constantOf(node);
  return typeof value === 'string' ? value : undefined;
}

export interface ArrayHeader {
  readonly dimensions: number;
  readonly holdsNull: boolean;
  readonly empty: boolean;
  /** Of one dimension, how many elements it has. */
  readonly length: number | undefined;
}

/** Of a constant array: the number of dimensions and the place of its data stand behind the length. */
export function arrayHeader(constant: Node): ArrayHeader | undefined {
  const bytes = bytesOf(constant);
  if (bytes === undefined || bytes.length < 16) return undefined;
  const dimensions = bytes.readInt32LE(VARLENA_HEADER);
  const length = dimensions === 1 && bytes.length >= 20 ? bytes.readInt32LE(VARLENA_HEADER + 12) : undefined;
  return { dimensions, holdsNull: bytes.readInt32LE(VARLENA_HEADER + 4) !== 0, empty: dimensions === 0, length };
}

/** The elements of an array that is written as a list of them, not of arrays. */
export function elementsOf(array: Node): readonly Node[] | undefined {
  return array.tag === 'ARRAYEXPR' && !flag(array, 'multidims') ? children(array, 'elements') : undefined;
}

/** The texts of an array of them that holds no NULL, written out or as a constant. */
export function constantTexts(node: Node | undefined): readonly string[] | undefined {
  if (node === undefined) return undefined;
  const written = elementsOf(node)?.map(constantText);
  if (written !== undefined) return written.every((text) => text !== undefined) ? written : undefined;
  const bytes = node.tag === 'CONST' && numberOf(node, 'consttype') === TEXTS ? bytesOf(node) : undefined;
  const header = bytes && arrayHeader(node);
  if (bytes === undefined || header === undefined || header.holdsNull || header.dimensions > 1) return undefined;
  const texts: string[] = [];
  // Behind the dimension and its lower bound; each text has a length in front, and begins at a multiple of four bytes.
  for (let at = VARLENA_HEADER + 20; at + VARLENA_HEADER <= bytes.length && !header.empty;) {
    const length = bytes.readUInt32LE(at) >>> 2;
    texts.push(bytes.toString('utf8', at + VARLENA_HEADER, at + length));
    at += Math.max(VARLENA_HEADER, Math.ceil(length / 4) * 4);
  }
  return texts;
}

/** `text[]`. */
const TEXTS = 1009;

/** Fields that say how or where something was written, not what it is; as PostgreSQL's own comparison leaves them out. */
const SPELLING: ReadonlySet<string> = new Set(
  `location varnosyn varattnosyn varnullingrels funcformat relabelformat coerceformat coercionformat convertformat
  row_format list_start list_end rexpr_list_start rexpr_list_end stmt_location stmt_len`.split(/\s+/),
);

const keys = new WeakMap<Node, string>();

/** One text for all nodes of one query that compute the same. */
export function keyOf(node: Node): string {
  let key = keys.get(node);
  if (key === undefined) {
    const fields = fieldsOf(node).filter(([name]) => !SPELLING.has(name));
    key = `{${node.tag}${fields.map(([name, value]) => ` ${name}=${valueKey(value)}`).join('')}}`;
    keys.set(node, key);
  }
  return key;
}

function valueKey(value: TreeValue): string {
  if (isNode(value)) return keyOf(value);
  if (isList(value)) return `(${value.map(valueKey).join(' ')})`;
  return JSON.stringify(value);
}
