/** What the definitions of views give, each analysed once under the same overrides. */
import { definitionOf, readable } from '../analysis/index.js';
import type { Catalog, Relation } from '../../catalog/index.js';
import { UNKNOWN_SHAPE, type Engine, type Overrides, type ViewShape } from './engine.js';
import type { Value } from './value.js';

export interface Views {
  shape(relation: Relation): ViewShape;
}

const NOTHING: ViewShape = { columns: [], atLeastOne: false, atMostOne: false, heldToOne: undefined };

/** `engineFor` makes what analyses a definition. */
function createViews(engineFor: (relation: Relation) => Engine): Views {
  const shapes = new Map<number, ViewShape>();
  const underway = new Set<number>();
  return {
    shape(relation) {
      const cached = shapes.get(relation.oid);
      if (cached !== undefined) return cached;
      // A view that reaches itself through a rule is not followed further.
      if (underway.has(relation.oid)) return NOTHING;
      underway.add(relation.oid);
      const shape = shapeOf(engineFor(relation), relation);
      underway.delete(relation.oid);
      shapes.set(relation.oid, shape);
      return shape;
    },
  };
}

function shapeOf(engine: Engine, relation: Relation): ViewShape {
  const query = definitionOf(relation);
  if (query === undefined) return NOTHING;
  const unread = { ...NOTHING, columns: UNKNOWN_SHAPE.columns.map(({ value }) => value) };
  return readable(() => {
    const { columns, atLeastOne, atMostOne, heldToOne } = engine.query(query, undefined);
    const values: readonly Value[] = columns.map(({ value }) => value);
    return values.length === relation.columns.length ? { columns: values, atLeastOne, atMostOne, heldToOne } : NOTHING;
  }, unread);
}

/** A caller may make its overrides anew for each statement. */
const MOST_OVERRIDES = 8;

const known = new WeakMap<Catalog, { readonly overrides: Overrides; readonly trusted: boolean; readonly views: Views }[]>();

/** The views of a catalog under the same overrides. */
export function viewsOf(catalog: Catalog, overrides: Overrides, trusted: boolean, engineFor: (relation: Relation) => Engine): Views {
  const entries = known.get(catalog) ?? [];
  known.set(catalog, entries);
  const { columnNullable, functionNullable } = overrides;
  const found = entries.find(
    (entry) =>
      entry.trusted === trusted &&
      entry.overrides.columnNullable === columnNullable &&
      entry.overrides.functionNullable === functionNullable,
  );
  if (found !== undefined) return found.views;
  const views = createViews(engineFor);
  entries.push({ overrides, trusted, views });
  if (entries.length > MOST_OVERRIDES) entries.shift();
  return views;
}
