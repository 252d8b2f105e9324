import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession } from 'mongoose';
import type { OrganisationKind } from '../../../platform/http/access.js';
import { OrganisationDocument } from './organisation.schema.js';

@Injectable()
export class OrganisationsRepository {
  constructor(
    @InjectModel(OrganisationDocument.name) private readonly organisations: Model<OrganisationDocument>,
  ) {}

  async insert(
    id: Types.ObjectId,
    kind: OrganisationKind,
    name: string,
    session: ClientSession,
  ): Promise<OrganisationDocument> {
    const created = new this.organisations({ _id: id, kind, name, createdAt: new Date() });
    return (await created.save({ session })).toObject();
  }

  async find(id: string): Promise<OrganisationDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return this.organisations.findOne({ _id: new Types.ObjectId(id) }).lean<OrganisationDocument>();
  }

  /** Newest first. */
  async list(
    kind: OrganisationKind | undefined,
    offset: number,
    limit: number,
  ): Promise<OrganisationDocument[]> {
    return this.organisations
      .find(kind ? { kind } : {})
      .sort({ createdAt: -1 })
      .skip(offset)
      .limit(limit)
      .hint(kind ? 'kind_createdAt' : 'createdAt')
      .lean<OrganisationDocument[]>();
  }

  async count(kind: OrganisationKind | undefined): Promise<number> {
    if (!kind) return this.organisations.estimatedDocumentCount();
    return this.organisations.countDocuments({ kind }).hint('kind_createdAt');
  }
}
