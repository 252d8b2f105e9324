import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import { OBJECT_ID } from '../../kernel/object-id.js';
import { partiesOf, queryTerms, searchTerms } from './document-search.js';
import type { Reading, TransportDocument } from './document.js';
import { DocumentDocument } from './document.schema.js';

export interface DocumentFilter {
  transportOrderId?: string;
  /** Words that all stand in its name or text. */
  search?: string;
  /** Continue behind this id. */
  before?: string;
}

const LIST = { search: 0, parties: 0, text: 0 } as const;
const WHOLE = { search: 0, parties: 0 } as const;

/** The `documents` collection, natively (ADR 0004). Whose documents comes first: a party, `*` for operators. */
@Injectable()
export class DocumentsRepository {
  private readonly documents: mongo.Collection<DocumentDocument>;

  constructor(@InjectModel(DocumentDocument.name) model: Model<DocumentDocument>) {
    this.documents = model.collection as unknown as mongo.Collection<DocumentDocument>;
  }

  async insert({ id, ...document }: TransportDocument, session: ClientSession): Promise<void> {
    const derived = { parties: partiesOf(document), search: searchTerms(document) };
    await this.documents.insertOne(
      { _id: new Types.ObjectId(id), ...document, ...derived },
      { session: session },
    );
  }

  /** The document if one of the parties has it. */
  async find(parties: readonly string[], id: string): Promise<TransportDocument | null> {
    if (!OBJECT_ID.test(id)) return null;
    const filter = { _id: new Types.ObjectId(id), parties: { $in: [...parties] } };
    const found = await this.documents.findOne(filter, { projection: WHOLE, readPreference: 'primary' });
    return found && toDocument(found);
  }

  /** Newest first, without their texts; one command. */
  async list(
    party: string,
    { transportOrderId, search, before }: DocumentFilter,
    limit: number,
  ): Promise<TransportDocument[]> {
    const terms = search === undefined ? undefined : queryTerms(party, search);
    const hint =
      terms !== undefined ? 'search_id' : transportOrderId === undefined ? 'parties_id' : 'parties_order_id';
    const filter = {
      // a term names its party; a query of punctuation alone finds nothing rather than everything
      ...(terms === undefined
        ? { parties: party }
        : { search: terms.length > 0 ? { $all: terms } : { $in: [] } }),
      ...(transportOrderId === undefined ? {} : { transportOrderId }),
      ...(before === undefined ? {} : { _id: { $lt: new Types.ObjectId(before) } }),
    };
    const options = {
      projection: LIST,
      sort: { _id: -1 },
      hint,
      limit,
      batchSize: limit,
      singleBatch: true,
    } as const;
    const found = await this.documents.find<Omit<DocumentDocument, 'text'>>(filter, options).toArray();
    return found.map((document) => toDocument({ ...document, text: '' }));
  }

  async countOf(party: string, transportOrderId: string): Promise<number> {
    return this.documents.countDocuments({ parties: party, transportOrderId }, { hint: 'parties_order_id' });
  }

  /** Notes what a pending document says; null when it is gone or was read already. */
  async setReading(
    document: TransportDocument,
    reading: Reading,
    text: string,
    session: ClientSession,
  ): Promise<TransportDocument | null> {
    const { id, clientId } = document;
    const search = searchTerms({ ...document, text });
    const updated = await this.documents.findOneAndUpdate(
      { _id: new Types.ObjectId(id), clientId, 'reading.state': 'pending' },
      { $set: { reading, text, search }, $inc: { version: 1 } },
      { returnDocument: 'after', projection: WHOLE, session: session },
    );
    return updated && toDocument(updated);
  }

  /** Removes a document that its carrier has. */
  async delete({ id, carrierId }: TransportDocument, session: ClientSession): Promise<boolean> {
    const filter = { _id: new Types.ObjectId(id), carrierId };
    return (await this.documents.deleteOne(filter, { session: session })).deletedCount === 1;
  }

  /** Removes those of a client's transports. */
  async deleteAll(clientId: string): Promise<void> {
    await this.documents.deleteMany({ clientId }, { hint: 'clientId' });
  }
}

function toDocument({
  _id,
  parties: _parties,
  search: _search,
  ...document
}: Omit<DocumentDocument, 'parties' | 'search'> & Partial<DocumentDocument>): TransportDocument {
  return { id: String(_id), ...document };
}
