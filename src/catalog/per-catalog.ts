import type { Catalog } from './catalog.js';

/** What is derived from a catalog alone, made once for each and kept as long as the catalog is. */
export function perCatalog<T extends object>(make: (catalog: Catalog) => T): (catalog: Catalog) => T {
  const known = new WeakMap<Catalog, T>();
  return (catalog) => {
    const before = known.get(catalog);
    if (before !== undefined) return before;
    const made = make(catalog);
    known.set(catalog, made);
    return made;
  };
}
