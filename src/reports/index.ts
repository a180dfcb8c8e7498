/** The door of this room. What is told of queries beside the generated code. */
export { auditReport, type AuditReport, formatAudit } from './audit.js';
export { inspect, type Inspection } from './inspect.js';
