/** What the steps behind one do to the names that it needs or makes. */
import type { SchemaPlan } from './plan.js';
import { extensionOf } from './significance.js';
import { subjectsOf, type Subjects } from './subjects.js';

/** Whether a statement makes what has a name, with its schema or without. */
export function makesName({ makes }: Subjects, name: string | undefined): boolean {
  return makes.some((made) => made === name || made.slice(made.indexOf('.') + 1) === name);
}

/** Whether a later step may make what has a name: as its own object, in a DO block, or with an extension. */
export function madeLater({ steps }: SchemaPlan): (index: number, name: string | undefined) => boolean {
  const all = steps.map(({ statement }) => ({ statement, subjects: subjectsOf(statement) }));
  return (index, name) =>
    all.slice(index + 1).some(({ statement, subjects }) => {
      if (makesName(subjects, name) || extensionOf(statement) !== undefined) return true;
      // A key that a foreign key is to lead to.
      if (statement.words[0] !== 'comment' && subjects.about !== undefined && subjects.about === name) return true;
      return statement.words[0] === 'do' && name !== undefined && statement.text.includes(name);
    });
}

/** Whether what a step makes, or is about, is dropped or made again by a later one. */
export function undoneLater({ steps }: SchemaPlan): (index: number) => boolean {
  const all = steps.map(({ statement }) => ({ statement, ...subjectsOf(statement) }));
  const lastDrop = new Map<string, number>();
  const lastReplaced = new Map<string, number>();
  all.forEach(({ kind, drops, makes, statement: { words } }, index) => {
    for (const name of drops) lastDrop.set(keyOf(kind, name), index);
    if (words[0] === 'create' && words[1] === 'or' && words[2] === 'replace' && makes[0] !== undefined)
      lastReplaced.set(keyOf(kind, makes[0]), index);
  });
  const after = (index: number, key: string, among: ReadonlyMap<string, number>): boolean => (among.get(key) ?? -1) > index;
  return (index) => {
    const one = all[index];
    if (one === undefined) return false;
    const [name] = one.makes;
    if (one.statement.words[0] === 'create' && name !== undefined)
      return [lastDrop, lastReplaced].some((among) => after(index, keyOf(one.kind, name), among));
    return one.about !== undefined && !one.statement.words.includes('rename') && after(index, keyOf(one.kind, one.about), lastDrop);
  };
}

/** Relations share their names; an index, a trigger and a rule are about one. */
function keyOf(kind: string, name: string): string {
  const isOfRelation = /^(table|view|sequence|index|trigger|rule|policy)$/.test(kind);
  return `${isOfRelation ? 'relation' : kind} ${name}`;
}
