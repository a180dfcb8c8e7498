/** The door of this room. Which primary keys the columns and parameters of a query belong to. */
export { identityOf, type Identity, type QueryIdentities } from './identity.js';
