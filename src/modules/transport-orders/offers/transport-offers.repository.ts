import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, Types, type ClientSession, type mongo } from 'mongoose';
import { OBJECT_ID } from '../../../kernel/object-id.js';
import { EVERYBODY, type TransportQuery } from '../transport-orders.query.js';
import type { OfferStatus, TransportOffer } from './transport-offer.js';
import { TransportOfferDocument } from './transport-offer.schema.js';

type Ended = Extract<OfferStatus, 'ACCEPTED' | 'DECLINED' | 'EXPIRED'>;

/** The `transport_offers` collection, natively (ADR 0004). Whose offers comes first: a party, `*` for operators. */
@Injectable()
export class TransportOffersRepository {
  private readonly offers: mongo.Collection<TransportOfferDocument>;

  constructor(@InjectModel(TransportOfferDocument.name) model: Model<TransportOfferDocument>) {
    this.offers = model.collection as unknown as mongo.Collection<TransportOfferDocument>;
  }

  async insert(offers: readonly TransportOffer[], session: ClientSession): Promise<void> {
    const documents = offers.map(({ id, ...rest }) => ({
      ...{ _id: new Types.ObjectId(id), ...rest },
      parties: [EVERYBODY, rest.clientId, rest.carrierId],
    }));
    await this.offers.insertMany(documents, { session: session });
  }

  /** The offer if it is of one of the parties. */
  async find(parties: readonly string[], id: string): Promise<TransportOffer | null> {
    if (!OBJECT_ID.test(id)) return null;
    const filter = { _id: new Types.ObjectId(id), parties: { $in: [...parties] } };
    const offer = await this.offers.findOne(filter, { readPreference: 'primary' });
    return offer && toOffer(offer);
  }

  /** Newest first. */
  async list({ filter, hint }: TransportQuery, limit: number): Promise<TransportOffer[]> {
    const sort = { createdAt: -1, _id: -1 } as const;
    const options = { projection: { parties: 0 }, sort, hint, limit, batchSize: limit, singleBatch: true };
    return (await this.offers.find(filter, options).toArray()).map(toOffer);
  }

  /** Those of one round. */
  async ofRound(clientId: string, orderId: string, round: string): Promise<TransportOffer[]> {
    const options = { hint: 'orderId_status', readPreference: 'primary' } as const;
    return (await this.offers.find({ orderId, clientId, round }, options).toArray()).map(toOffer);
  }

  /** Carriers that need not be asked: they were in this round, or have an offer of the order that is open. */
  async asked(clientId: string, orderId: string, round: string): Promise<Set<string>> {
    const filter = { orderId, clientId, $or: [{ round }, { status: 'OPEN' as const }] };
    const projection = { carrierId: 1 };
    const options = { projection, hint: 'orderId_status', readPreference: 'primary' } as const;
    return new Set((await this.offers.find(filter, options).toArray()).map(({ carrierId }) => carrierId));
  }

  /**
   * Ends an open offer; false when it is open no more. An answer counts before the end of its time only, which
   * expires it: the database's clock tells, so that no two processes differ.
   */
  async end(
    { id, carrierId }: TransportOffer,
    status: Ended,
    reason: string,
    session: ClientSession,
  ): Promise<boolean> {
    const inTime = { [status === 'EXPIRED' ? '$lte' : '$gt']: ['$expiresAt', '$$NOW'] };
    const { matchedCount } = await this.offers.updateOne(
      { _id: new Types.ObjectId(id), carrierId, status: 'OPEN', $expr: inTime },
      [{ $set: { status, reason: { $literal: reason }, endedAt: '$$NOW' } }],
      { session: session },
    );
    return matchedCount === 1;
  }

  /** Withdraws what is open of an order. */
  async withdraw(clientId: string, orderId: string, session: ClientSession): Promise<void> {
    await this.offers.updateMany(
      { orderId, status: 'OPEN', clientId },
      [{ $set: { status: 'WITHDRAWN', endedAt: '$$NOW' } }],
      { hint: 'orderId_status', session: session },
    );
  }

  /** Open offers whose time was over at `now`, the longest first. */
  async due(now: Date, limit: number): Promise<TransportOffer[]> {
    const filter = { status: 'OPEN' as const, expiresAt: { $lte: now } };
    const options = { sort: { expiresAt: 1 }, hint: 'open_expiresAt', limit } as const;
    return (await this.offers.find(filter, options).toArray()).map(toOffer);
  }

  /** Removes those of a shop. */
  async deleteAll(clientId: string): Promise<void> {
    await this.offers.deleteMany({ parties: clientId, clientId }, { hint: 'parties_createdAt' });
  }
}

function toOffer({ _id, parties: _, ...offer }: TransportOfferDocument): TransportOffer {
  return { id: String(_id), ...offer };
}
