/** The policy in CASL: an owner reads every log, an auditor those of the organizations audited, anybody else none. */
import { defineAbility } from '@casl/ability';
import { rulesToAST } from '@casl/ability/extra';
import type { AuthorizeFilter } from 'sqlward';
import { fromCasl } from 'sqlward/casl';
import type { Viewer } from './viewer.js';

export function caslFilter(viewer: Viewer): AuthorizeFilter {
  const ability = defineAbility((can) => {
    if (viewer.isOwner) can('read', 'ConnectionLog');
    else if (viewer.audits.length > 0) can('read', 'ConnectionLog', { organization_id: { $in: [...viewer.audits] } });
  });
  return fromCasl(rulesToAST(ability, 'read', 'ConnectionLog'), {
    organization_id: { column: 'connection_logs.organization_id', type: 'uuid' },
  });
}
