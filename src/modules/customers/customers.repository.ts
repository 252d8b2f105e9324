import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted, Types, type ClientSession } from 'mongoose';
import type { ShopDomain } from '../../kernel/shop-domain.js';
import type { Customer } from './customer.js';
import { CustomerDocument } from './customer.schema.js';
import { emailKey, type CustomerQuery } from './customers.query.js';

/** The writable part of a customer, as it is stored. */
export type CustomerContent = Omit<Customer, 'id' | 'shop' | 'version' | 'createdAt' | 'updatedAt'>;

@Injectable()
export class CustomersRepository {
  constructor(@InjectModel(CustomerDocument.name) private readonly customers: Model<CustomerDocument>) {}

  async find(shop: ShopDomain, id: string, session: ClientSession | null = null): Promise<Customer | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.customers.findOne({ _id: id, shop }).session(session).lean<CustomerDocument>();
    return found && toCustomer(found);
  }

  /** Those of the ids that exist. */
  async findAll(shop: ShopDomain, ids: string[]): Promise<Customer[]> {
    const found = await this.customers
      .find({ _id: trusted({ $in: ids }), shop })
      .hint('_id_')
      .limit(Math.max(ids.length, 1))
      .lean<CustomerDocument[]>();
    return found.map(toCustomer);
  }

  async list({ filter, sort, hint }: CustomerQuery, limit: number): Promise<Customer[]> {
    const found = await this.customers
      .find(filter)
      .sort(sort)
      .limit(limit)
      .hint(hint)
      .lean<CustomerDocument[]>();
    return found.map(toCustomer);
  }

  async insert({ id, shop, ...customer }: Customer, session: ClientSession): Promise<void> {
    const { createdAt, updatedAt, version, ...content } = customer;
    const { set } = stored(content);
    await new this.customers({ _id: id, shop, ...set, version, createdAt, updatedAt }).save({ session });
  }

  /** Replaces the content if the version still is the expected one. */
  async update(
    shop: ShopDomain,
    id: string,
    version: number,
    content: CustomerContent,
    session: ClientSession,
  ): Promise<Customer | null> {
    const { set, unset } = stored(content);
    const found = await this.customers
      .findOneAndUpdate(
        { _id: id, shop, version },
        { $set: { ...set, updatedAt: new Date() }, $unset: unset, $inc: { version: 1 } },
        { returnDocument: 'after', session },
      )
      .lean<CustomerDocument>();
    return found && toCustomer(found);
  }

  async delete(
    shop: ShopDomain,
    id: string,
    version: number | undefined,
    session: ClientSession,
  ): Promise<Customer | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    const found = await this.customers
      .findOneAndDelete({ _id: id, shop, ...(version === undefined ? {} : { version }) }, { session })
      .lean<CustomerDocument>();
    return found && toCustomer(found);
  }

  async deleteAll(shop: ShopDomain): Promise<void> {
    await this.customers.deleteMany({ shop }).hint('shop_createdAt');
  }
}

/** Null is absent in what is stored: the unique indexes hold only those that have the field. */
function stored({ email, phone, ...rest }: CustomerContent) {
  return {
    set: {
      ...rest,
      ...(email === null ? {} : { email, emailKey: emailKey(email) }),
      ...(phone === null ? {} : { phone }),
    },
    unset: { ...(email === null ? { email: 1, emailKey: 1 } : {}), ...(phone === null ? { phone: 1 } : {}) },
  };
}

type Stored = Omit<CustomerDocument, 'language'> & Partial<Pick<CustomerDocument, 'language'>>;

/** What was stored before there were languages has none. */
function toCustomer({ _id, email, phone, emailKey: _key, language, ...customer }: Stored): Customer {
  const absent = { email: email ?? null, phone: phone ?? null, language: language ?? null };
  return { id: String(_id), ...absent, ...customer };
}
