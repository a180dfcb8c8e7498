/**
 * The copy of the library that the tests import is the first in each worker, and so the maker of its
 * filters, whichever file runs first: some load another copy of their own, by `tsx` or as a bundle.
 */
import '../../src/runtime/authorize/index.js';
