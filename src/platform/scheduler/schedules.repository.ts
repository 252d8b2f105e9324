import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { trusted, type ClientSession, type Model } from 'mongoose';
import { ScheduleDocument } from './schedule.schema.js';

/** The `schedules` collection. */
@Injectable()
export class SchedulesRepository {
  constructor(@InjectModel(ScheduleDocument.name) private readonly schedules: Model<ScheduleDocument>) {}

  async find(name: string): Promise<ScheduleDocument | null> {
    return this.schedules.findById(name).lean<ScheduleDocument>();
  }

  async findMany(names: string[]): Promise<Map<string, ScheduleDocument>> {
    const found = await this.schedules.find({ _id: trusted({ $in: names }) }).lean<ScheduleDocument[]>();
    return new Map(found.map((schedule) => [schedule._id, schedule]));
  }

  /** Begins to remember a schedule; the slots from now on are its. */
  async firstSeen(name: string, now: Date): Promise<void> {
    const first = { $setOnInsert: { lastSlot: now, pausedAt: null } };
    await this.schedules.updateOne({ _id: name }, first, { upsert: true });
  }

  async started(name: string, slot: Date): Promise<void> {
    const later = { $max: { lastSlot: slot }, $setOnInsert: { pausedAt: null } };
    await this.schedules.updateOne({ _id: name }, later, { upsert: true });
  }

  /** Undefined when it stood so already. */
  async pause(
    name: string,
    pausedAt: Date | null,
    session: ClientSession,
  ): Promise<ScheduleDocument | undefined> {
    const other = { _id: name, pausedAt: pausedAt ? null : trusted({ $ne: null }) };
    // what passed while it was paused is not caught up
    const set = { pausedAt, ...(pausedAt ? {} : { lastSlot: new Date() }) };
    const changed = await this.schedules
      .findOneAndUpdate(other, { $set: set }, { returnDocument: 'after', session })
      .lean<ScheduleDocument>();
    return changed ?? undefined;
  }
}
