import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted } from 'mongoose';
import { SigningKeyDocument } from './signing-key.schema.js';

/** A handful of documents, read whole. */
@Injectable()
export class SigningKeysRepository {
  constructor(@InjectModel(SigningKeyDocument.name) private readonly keys: Model<SigningKeyDocument>) {}

  async insert(key: SigningKeyDocument): Promise<void> {
    await new this.keys(key).save();
  }

  /** Newest first. */
  async all(): Promise<SigningKeyDocument[]> {
    return this.keys.find({}).sort({ activeFrom: -1 }).hint('activeFrom').lean<SigningKeyDocument[]>();
  }

  /** Sets the end of every other key that has none yet. */
  async retireOthers(kid: string, expiresAt: Date): Promise<void> {
    await this.keys
      .updateMany({ _id: trusted({ $ne: kid }), expiresAt: null }, { $set: { expiresAt } })
      .hint('activeFrom');
  }

  async deleteOthers(kid: string): Promise<void> {
    await this.keys.deleteMany({ _id: trusted({ $ne: kid }) }).hint('activeFrom');
  }
}
