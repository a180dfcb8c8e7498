/**
 * Random input is the same in every run, so that a red run is red again; `FC_SEED` names another
 * seed, and the long runs (`npm run fuzz`, `npm run truth`) draw their own.
 */
import fc from 'fast-check';

const DEFAULT_SEED = 20_250_601;

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['FC_SEED'] ?? DEFAULT_SEED) });
