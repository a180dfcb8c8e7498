/** Who a visitor of the example may be. */
import { ORGANIZATIONS } from '../data/people.js';
import type { Viewer } from './viewer.js';

const [observatory, borealis] = ORGANIZATIONS;

export const VIEWERS: readonly Viewer[] = [
  { name: 'owner', isOwner: true, audits: [] },
  { name: 'auditor', isOwner: false, audits: [observatory.id, borealis.id] },
  { name: 'guest', isOwner: false, audits: [] },
];

export function viewerOf(credentials: string): Viewer | undefined {
  return VIEWERS.find(({ name }) => name === credentials);
}
