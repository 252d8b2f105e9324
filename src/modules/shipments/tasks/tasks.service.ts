import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { actorOf } from '../../../platform/audit/actor.js';
import { AuditTrail } from '../../../platform/audit/audit-trail.js';
import { isDuplicateKey } from '../../../platform/database/database-errors.js';
import { occurrence } from '../../../platform/events/event-type.js';
import { requestContext } from '../../../platform/observability/request-context.js';
import { TenantData } from '../../../platform/tenancy/tenant-data.js';
import { ShipmentsRepository } from '../shipments.repository.js';
import { taskOpened } from './task.events.js';
import type { Task, TaskKind, TaskState } from './task.js';
import { taskCursor, TasksRepository } from './tasks.repository.js';

/** What somebody of a shop has to see to: opened by what goes wrong, resolved by people. */
@Injectable()
export class TasksService implements OnModuleInit {
  constructor(
    private readonly repository: TasksRepository,
    private readonly shipments: ShipmentsRepository,
    private readonly audit: AuditTrail,
    private readonly tenants: TenantData,
  ) {}

  onModuleInit(): void {
    this.tenants.register('tasks', (shop) => this.repository.deleteAll(shop));
  }

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(
    shop: ShopDomain,
    state: TaskState | undefined,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<{ tasks: Task[]; nextCursor: string | null; hasMore: boolean }> {
    const tasks = await this.repository.list(shop, state, limit + 1, cursor);
    const hasMore = tasks.length > limit;
    if (hasMore) tasks.pop();
    const last = tasks.at(-1);
    return { tasks, hasMore, nextCursor: hasMore && last ? taskCursor(last) : null };
  }

  /** Opens a task once for an event, whose id it gets. */
  async open(
    shop: ShopDomain,
    kind: TaskKind,
    { shipmentId, eventId, note }: { shipmentId: string; eventId: string; note: string },
  ): Promise<void> {
    if (await this.repository.find(shop, eventId)) return;
    const orderId = (await this.shipments.find(shop, shipmentId))?.orderId ?? '';
    const task: Task = {
      ...{ id: eventId, shop, kind, state: 'open', shipmentId, orderId, note },
      ...{ openedAt: new Date(), resolvedAt: null, resolvedBy: null, resolution: '' },
    };
    try {
      await this.audit.recorded(
        (session) => this.repository.insert(task, session),
        () => ({
          ...{ action: 'created', resource: 'task', resourceId: eventId, shop, after: task },
          event: occurrence(taskOpened, 1, { id: eventId, kind, orderId, shipmentId, note }),
        }),
      );
    } catch (error) {
      if (!isDuplicateKey(error, '_id_')) throw error; // another worker has opened it
    }
  }

  /** Notes that somebody saw to it. Again it changes nothing. @throws AppError `task_not_found` */
  async resolve(shop: ShopDomain, id: string, resolution: string): Promise<Task> {
    const before = await this.repository.find(shop, id);
    if (!before) throw new AppError('task_not_found', `There is no task "${id}" in this shop.`);
    if (before.state === 'resolved') return before;
    const resolvedBy = actorOf(requestContext.getStore() ?? {}).id;
    const resolved = await this.audit.recorded(
      (session) => this.repository.resolve(before, { resolvedBy, resolution }, session),
      (after) => after && { action: 'resolved', resource: 'task', resourceId: id, shop, before, after },
    );
    return resolved ?? this.resolve(shop, id, resolution);
  }
}
