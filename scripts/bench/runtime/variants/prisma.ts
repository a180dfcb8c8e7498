/**
 * Prisma: its own way of nesting. It has no way to say the upsert's CASE, so that one is its raw
 * query, with the same text as everyone's.
 */
import type { Variant } from '../cases.js';
import { PRISMA_ADAPTER, PRISMA_CLIENT } from '../prisma/folder.js';
import { UPSERT, upsertArguments } from '../statements.js';

/** What is used of the generated client, which is not there when the project is compiled. */
interface Client {
  readonly connectionLog: {
    findUnique(args: object): Promise<unknown>;
    findMany(args: object): Promise<readonly unknown[]>;
  };
  $queryRawUnsafe(text: string, ...values: unknown[]): Promise<readonly unknown[]>;
  $disconnect(): Promise<void>;
}

export async function open(url: string): Promise<Variant> {
  const { PrismaClient } = (await import(PRISMA_CLIENT)) as { PrismaClient: new (options: object) => Client };
  const { PrismaPg } = (await import(PRISMA_ADAPTER)) as { PrismaPg: new (options: object) => object };
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1 }) });
  return {
    lookup: (id) => db.connectionLog.findUnique({ where: { id } }),
    async upsert(event) {
      const rows = await db.$queryRawUnsafe(UPSERT, ...upsertArguments(event));
      return rows[0];
    },
    logs: (page) =>
      db.connectionLog.findMany({
        where: { organizationId: { in: page.organizationIds }, connectTime: { lte: page.connectedBefore } },
        include: {
          user: {
            select: {
              username: true,
              name: true,
              email: true,
              createdAt: true,
              updatedAt: true,
              lastSeenAt: true,
              status: true,
              loginType: true,
              rbacRoles: true,
              avatarUrl: true,
              deleted: true,
              quietHoursSchedule: true,
            },
          },
          workspaceOwner: { select: { username: true } },
          organization: { select: { name: true, displayName: true, icon: true } },
        },
        orderBy: { connectTime: 'desc' },
        take: page.limit,
      }),
    close: () => db.$disconnect(),
  };
}
