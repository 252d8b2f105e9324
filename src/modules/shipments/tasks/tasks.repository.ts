import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import { decodePosition, encodeCursor } from '../../../kernel/cursor.js';
import { OBJECT_ID } from '../../../kernel/object-id.js';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import type { Task, TaskState } from './task.js';
import { TaskDocument } from './task.schema.js';

const SORT = '-openedAt';

/** The `tasks` collection, natively (ADR 0004). */
@Injectable()
export class TasksRepository {
  private readonly tasks: mongo.Collection<TaskDocument>;

  constructor(@InjectModel(TaskDocument.name) model: Model<TaskDocument>) {
    this.tasks = model.collection as unknown as mongo.Collection<TaskDocument>;
  }

  async insert({ id, ...task }: Task, session: ClientSession): Promise<void> {
    await this.tasks.insertOne({ _id: new Types.ObjectId(id), ...task }, { session: session });
  }

  async find(shop: ShopDomain, id: string): Promise<Task | null> {
    if (!OBJECT_ID.test(id)) return null;
    const filter = { _id: new Types.ObjectId(id), shop };
    const task = await this.tasks.findOne(filter, { readPreference: 'primary' });
    return task && toTask(task);
  }

  /** Newest first. @throws AppError `invalid_cursor` */
  async list(
    shop: ShopDomain,
    state: TaskState | undefined,
    limit: number,
    cursor?: string,
  ): Promise<Task[]> {
    const last = cursor === undefined ? undefined : decodePosition(cursor, SORT, (v) => v instanceof Date);
    const behind = last && {
      openedAt: { $lte: last.value },
      $or: [
        { openedAt: { $lt: last.value } },
        { openedAt: last.value, _id: { $lt: new Types.ObjectId(last.id) } },
      ],
    };
    const filter = { shop, ...(state === undefined ? {} : { state }), ...behind };
    const hint = state === undefined ? 'shop_openedAt' : 'shop_state_openedAt';
    const options = {
      sort: { openedAt: -1, _id: -1 },
      hint,
      limit,
      batchSize: limit,
      singleBatch: true,
    } as const;
    return (await this.tasks.find(filter, options).toArray()).map(toTask);
  }

  /** Ends an open task; null when it is open no more. */
  async resolve(
    { id, shop }: Task,
    edit: Pick<Task, 'resolvedBy' | 'resolution'>,
    session: ClientSession,
  ): Promise<Task | null> {
    const resolved = await this.tasks.findOneAndUpdate(
      { _id: new Types.ObjectId(id), shop, state: 'open' },
      { $set: { ...edit, state: 'resolved', resolvedAt: new Date() } },
      { returnDocument: 'after', session: session },
    );
    return resolved && toTask(resolved);
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.tasks.deleteMany({ shop }, { hint: 'shop_openedAt' });
  }
}

/** The cursor that continues behind `last`. */
export function taskCursor({ openedAt, id }: Task): string {
  return encodeCursor({ sort: SORT, values: [openedAt, id] });
}

function toTask({ _id, ...task }: TaskDocument): Task {
  return { id: String(_id), ...task };
}
