import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, type ClientSession, type Types } from 'mongoose';
import type { Plan } from './plan.js';
import { PlanDocument } from './plan.schema.js';

const WITHOUT_ID = { _id: 0 } as const;

/** Plans belong to the system, not to a tenant. */
@Injectable()
export class PlansRepository {
  constructor(@InjectModel(PlanDocument.name) private readonly plans: Model<PlanDocument>) {}

  async find(plan: string, session: ClientSession | null = null): Promise<Plan | null> {
    return this.plans.findOne({ plan }, WITHOUT_ID).session(session).lean<Plan>();
  }

  async findById(id: Types.ObjectId): Promise<Plan | null> {
    return this.plans.findOne({ _id: id }, WITHOUT_ID).lean<Plan>();
  }

  /** Plans on offer, cheapest first. */
  async listOffered(limit: number): Promise<Plan[]> {
    return this.plans
      .find({ archivedAt: null }, WITHOUT_ID)
      .sort({ price: 1 })
      .limit(limit)
      .hint('archivedAt_price')
      .lean<Plan[]>();
  }

  async insert(id: Types.ObjectId, plan: Plan, session: ClientSession): Promise<void> {
    await new this.plans({ ...plan, _id: id }).save({ session });
  }

  async update(
    plan: string,
    change: Partial<Plan>,
    version: number | undefined,
    session: ClientSession,
  ): Promise<Plan | null> {
    return this.plans
      .findOneAndUpdate(
        { plan, ...(version === undefined ? {} : { version }) },
        { $set: { ...change, updatedAt: new Date() }, $inc: { version: 1 } },
        { returnDocument: 'after', projection: WITHOUT_ID, session },
      )
      .lean<Plan>();
  }
}
