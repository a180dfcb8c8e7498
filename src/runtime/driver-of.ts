/** From a handle to its driver: what a handle is decides, and nothing is tried on it. */
import { ConfigurationDriver } from './configuration.js';
import { isPool, type Database } from './database.js';
import { DRIVER, isDriven, type Driver } from './driver.js';
import { isPgClient, isPgPool } from './node-postgres/client.js';
import { ClientDriver, PoolDriver } from './node-postgres/driver.js';
import { isObserved, ObservedDriver } from './observe.js';

/** What was found out of a handle, for as long as its `query` is the same. */
interface Known {
  readonly query: unknown;
  readonly driver: Driver;
}

type Finder = (db: Database) => Driver;

/** As `driverOf`, for handles over handles: what they do for a call is not told twice. */
export const plainDriverOf: Finder = finder(false);

/** The driver of a handle; while somebody listens, one that tells of its calls. */
export const driverOf: Finder = (db) => {
  const driver = plainDriverOf(db);
  return isObserved() ? new ObservedDriver(driver) : driver;
};

/** As `driverOf`, with names for statements of one plan. */
export const preparedDriverOf: Finder = finder(true);

function finder(naming: boolean): Finder {
  const known = new WeakMap<Database, Known>();
  const find: Finder = (db) => {
    const found = known.get(db);
    const { query } = db as { readonly query: unknown };
    if (found !== undefined && found.query === query) return found.driver;
    const driver = make(db);
    known.set(db, { query, driver });
    return driver;
  };
  const make: Finder = (db) => {
    if (isDriven(db)) return db[DRIVER];
    if (isPgClient(db)) return new ClientDriver(db, naming);
    if (isPgPool(db) && isPool(db)) return new PoolDriver(db, find);
    return new ConfigurationDriver(db, find);
  };
  return find;
}
