/**
 * The guarded queries without their guard: every row, for every caller. Migrations, back-office
 * jobs and tests import from here; an import of `sqlward/unfiltered` anywhere else is for the
 * reviewer to question, and for a lint rule to forbid.
 */
export * from '../generated/unfiltered.js';
