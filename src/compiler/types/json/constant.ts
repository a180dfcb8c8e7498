/** JSON that is written down. */
import { listOf, NOTHING, objectOf, type JsonSlot } from '../../json-shape.js';
import { bytesOf, type Node } from '../node.js';
import { TYPE } from '../pg-types.js';

/** What a NULL of SQL adds to the values of an expression. */
export const NO_JSON: JsonSlot = { shape: NOTHING, nullable: false };

const EMPTY: Readonly<Record<string, JsonSlot>> = {
  '[]': { shape: listOf(NO_JSON), nullable: false },
  '{}': { shape: objectOf([]), nullable: false },
  null: { shape: NOTHING, nullable: true },
};

/** The bytes of a jsonb behind its length: a container without items, and an array that stands for its only item, which is null. */
const JSONB: Readonly<Record<string, string>> = { '00000040': '[]', '00000020': '{}', '01000050000000c0': 'null' };

/** Defaults such as `'[]'`; of any other constant nothing is known. */
export function jsonOfConstant(constant: Node): JsonSlot | undefined {
  const data = bytesOf(constant)?.subarray(4);
  const isText = constant.fields['consttype'] === String(TYPE.json);
  const text = isText ? data?.toString('utf8').trim() : JSONB[data?.toString('hex') ?? ''];
  return text !== undefined && Object.hasOwn(EMPTY, text) ? EMPTY[text] : undefined;
}
